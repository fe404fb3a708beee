# The system that live hosts start as, its disk image, and the file that says where that will be.
{
  # The flake that it is made from.
  nixpkgs,
  system,
  # The file of the deployers' public keys.
  authorizedKeys,
}:
let
  inherit (import ./amazon-image.nix) amazonImage fileOf;
  inherit (import ./facts.nix) unbuilt write;
  host = import ./nixos-system.nix { inherit nixpkgs system; } [
    ./modules/amazon.nix
    (import ./modules/bootstrap.nix authorizedKeys)
  ];
  image = amazonImage "bootstrap" host;
in
{
  inherit host image;
  file = write "bootstrap.json" (unbuilt "image" (fileOf image) image);
}
