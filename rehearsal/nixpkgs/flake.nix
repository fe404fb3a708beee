{
  description = "A stand-in for nixpkgs, for machines that cannot have nixpkgs; see README.md";

  outputs =
    { self }:
    let
      lib = import ./lib;
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "aarch64-darwin"
      ];
    in
    {
      lib = lib // {
        nixosSystem = import ./nixos/lib/eval-config.nix { inherit lib; };
      };
      # What NixOS offers as an AMI: an instance, and nobody's key on it.
      packages = lib.genAttrs systems (system: {
        registry-image =
          (self.lib.nixosSystem {
            modules = [
              ./nixos/modules/virtualisation/amazon-image.nix
              { nixpkgs.hostPlatform = lib.replaceStrings [ "-darwin" ] [ "-linux" ] system; }
              { image.modules.amazon.image.baseName = "nixos"; }
            ];
          }).config.system.build.images.amazon;
      });
      legacyPackages = lib.genAttrs systems (system: import ./. { inherit system; });
    };
}
