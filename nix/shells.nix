# Development shells. The default one has tools only and enters at once; those of the stacks
# also set their variables, so entering one builds the image or system that it names.
{
  pkgs,
  tools,
  nixos-deploy,
  variables,
}:
let
  shell =
    name: more:
    pkgs.mkShell (
      {
        inherit name;
        packages =
          tools
          ++ [
            nixos-deploy
            pkgs.age
            (pkgs.python3.withPackages (packages: [
              packages.falcon
              packages.pytest
              packages.uvicorn
            ]))
          ]
          ++ import ./linters.nix { inherit pkgs; };
      }
      // more
    );
in
{
  default = shell "iplz" { };
  immutable = shell "iplz-immutable" variables.built.immutable;
  live = shell "iplz-live" variables.built.live;
  deployment = shell "iplz-deployment" variables.built.deployment;
}
