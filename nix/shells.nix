# Development shells. The default one has tools only; those of the stacks also know their hosts.
# None builds an image or a system: cdktf has that done when it deploys.
{
  pkgs,
  tools,
  nixos-deploy,
  hosts-files,
  # The names of the project's stacks.
  stacks,
  # More packages.
  more,
}:
let
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
// pkgs.lib.genAttrs stacks (stack: shell stack { HOSTS_FILE = hosts-files.${stack}; })
