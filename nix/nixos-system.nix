# A NixOS system of these modules and of what all systems of a project have in common.
{ nixpkgs, system }:
modules:
nixpkgs.lib.nixosSystem {
  modules = [
    {
      nixpkgs.hostPlatform = system;
      # One instance of nixpkgs for all. Overlays are added to it; a configuration of its own needs another.
      nixpkgs.pkgs = nixpkgs.lib.mkDefault nixpkgs.legacyPackages.${system};
    }
    ./modules/base.nix
    ./modules/deployment.nix
    ./modules/secrets.nix
  ]
  ++ modules;
}
