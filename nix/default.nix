# lib.deployment: the outputs of a project's flake. `inputs` are this flake's own; a project has its
# nixpkgs followed: `iplz-deploy.inputs.nixpkgs.follows = "nixpkgs"`.
{ inputs }:
{
  # The project's flake: its folder has cdktf.json, main.ts and authorized-keys.
  self,
  # { live; immutable; vm; }: the hosts of each stack, NixOS modules by their names, and a module to
  # try out on this computer. What is left out is not deployed.
  hosts,
  # More packages for the development shells, of a nixpkgs.
  shellPackages ? _: [ ],
}:
let
  inherit (inputs.nixpkgs) lib;
  linux = [
    "x86_64-linux"
    "aarch64-linux"
  ];
  everywhere = linux ++ [ "aarch64-darwin" ];
  project = lib.genAttrs everywhere (
    system:
    import ./project.nix {
      inherit
        inputs
        system
        self
        shellPackages
        ;
      hosts = {
        live = { };
        immutable = { };
        vm = null;
      }
      // hosts;
    }
  );
  each = systems: output: lib.genAttrs systems (system: project.${system}.${output});
in
{
  packages = each everywhere "packages";
  apps = each linux "apps";
  devShells = each everywhere "devShells";
  formatter = each everywhere "formatter";
  checks = each linux "checks";
  nixosConfigurations = lib.mergeAttrsList (
    map (system: project.${system}.nixosConfigurations) linux
  );
}
