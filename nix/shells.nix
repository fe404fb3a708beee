# Development shells. The default one has tools only; those of the stacks also know their hosts.
# None builds an image or a system: cdktf has that done when it deploys.
{
  pkgs,
  tools,
  nixos-deploy,
  hosts-files,
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
  immutable = shell "iplz-immutable" { HOSTS_FILE = hosts-files.immutable; };
  live = shell "iplz-live" { HOSTS_FILE = hosts-files.live; };
  deployment = shell "iplz-deployment" { HOSTS_FILE = hosts-files.deployment; };
}
