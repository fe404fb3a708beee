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
      legacyPackages = lib.genAttrs systems (system: import ./. { inherit system; });
    };
}
