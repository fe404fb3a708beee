# iplz, the example: a project of `lib.deployment`, its packages, and the checks of this repository.
{ inputs, deployment }:
let
  inherit (inputs.nixpkgs) lib;
  packagesOf = pkgs: {
    iplz-lib = pkgs.python3.pkgs.callPackage ./package.nix { };
    iplz-server = pkgs.callPackage ./server.nix { };
  };
  project = deployment {
    inherit (inputs) self;
    hosts = import ./hosts.nix;
    shellPackages =
      pkgs:
      [
        (pkgs.python3.withPackages (packages: [
          packages.falcon
          packages.pytest
          packages.uvicorn
        ]))
      ]
      ++ import ../../nix/linters.nix { inherit pkgs; };
  };
  each =
    outputs:
    builtins.mapAttrs (
      system: _: outputs inputs.nixpkgs.legacyPackages.${system} project.packages.${system}
    );
in
lib.recursiveUpdate project {
  packages = each (
    pkgs: packages: packagesOf pkgs // lib.optionalAttrs (packages ? vm) { iplz-vm = packages.vm; }
  ) project.packages;
  apps = builtins.mapAttrs (_: apps: { iplz-vm = apps.vm; }) project.apps;
  checks = each (
    pkgs: packages:
    import ./checks {
      inherit inputs pkgs packages;
    }
  ) project.checks;
  nixosModules.iplz.imports = [ ./module.nix ];
}
