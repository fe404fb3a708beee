# OpenTofu and Terraform: whichever of the two the machine has, under the name that was asked for.
#
# nixpkgs' wrapper gives the chosen providers to the program; here they come from the
# command-line configuration (TF_CLI_CONFIG_FILE) that the rehearsal sets.
pkgs:
let
  inherit (pkgs) lib machine;

  program = name: own: {
    name = "${name}-machine";
    programs.${name} =
      if own != null then
        own
      else
        lib.head (
          builtins.filter (path: path != null) [
            machine.tofu
            machine.terraform
            "/nonexistent/tofu-or-terraform"
          ]
        );
    meta.mainProgram = name;
  };

  withProviders =
    name: own:
    pkgs.machinePrograms (
      program name own
      // {
        passthru.withPlugins =
          choose:
          let
            providers = choose {
              hashicorp_aws = "hashicorp/aws";
              hashicorp_null = "hashicorp/null";
            };
          in
          pkgs.machinePrograms (
            program name own
            // {
              passthru = {
                inherit providers;
                version = machine.terraformVersion;
              };
            }
          );
      }
    );
in
{
  opentofu = withProviders "tofu" machine.tofu;
  terraform = withProviders "terraform" machine.terraform;
}
