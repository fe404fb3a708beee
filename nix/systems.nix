# The NixOS systems of a project's hosts.
{
  nixpkgs,
  system,
  hosts,
  # The file of the deployers' public keys.
  authorizedKeys,
}:
let
  inherit (nixpkgs) lib;
  nixosSystem = import ./nixos-system.nix { inherit nixpkgs system; };
in
{
  live = lib.mapAttrs (
    _: host:
    nixosSystem [
      ./modules/amazon.nix
      (import ./modules/bootstrap.nix authorizedKeys)
      # Room for several generations of the system.
      { deployment.rootVolumeGib = lib.mkDefault 20; }
      host
    ]
  ) hosts.live;
  immutable = lib.mapAttrs (
    _: host:
    nixosSystem [
      ./modules/amazon.nix
      ./modules/immutable.nix
      host
    ]
  ) hosts.immutable;
  vm = nixosSystem [
    ./modules/vm.nix
    hosts.vm
  ];
}
