# Development shells. The default one has tools only; those of the stacks also know their hosts.
# None builds an image or a system: cdktf has that done when it deploys.
{
  pkgs,
  tools,
  nixos-deploy,
  hosts-files,
  # Shell text that sets BOOTSTRAP_FILE.
  findBootstrap,
  # The names of the project's stacks.
  stacks,
  # More packages.
  more,
}:
let
  inherit (pkgs) lib;
  shell =
    name: variables:
    pkgs.mkShell (
      {
        inherit name;
        packages =
          tools
          ++ [
            nixos-deploy
            pkgs.age
          ]
          ++ more;
      }
      // variables
    );
in
{
  default = shell "deployer" { };
}
// lib.genAttrs stacks (
  stack:
  shell stack (
    {
      HOSTS_FILE = hosts-files.${stack};
    }
    // lib.optionalAttrs (stack == "live") { shellHook = findBootstrap; }
  )
)
