{
  description = "iplz: from one line of an application to a running NixOS machine on AWS";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";
    # Named by revision, so that an update of the lock file leaves the bootstrap image alone.
    nixpkgs-bootstrap.url = "github:NixOS/nixpkgs/8eeec934ae0dbeca3d7868c059568a65c08b2fc3";
  };

  outputs =
    inputs:
    let
      inherit (inputs.nixpkgs) lib;
      linux = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      everywhere = linux ++ [ "aarch64-darwin" ];
      project = lib.genAttrs everywhere (system: import ./nix { inherit inputs system; });
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
      nixosModules.iplz.imports = [ ./nix/modules/iplz.nix ];
      templates.default = {
        path = ./.;
        description = "Your own application in place of iplz";
        welcomeText = builtins.readFile ./nix/template.md;
      };
    };
}
