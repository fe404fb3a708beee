# The NixOS systems of a project's hosts, and the one that live hosts start as. Bootstrap has its own
# nixpkgs, so that a bump of the other leaves it alone.
{
  nixpkgs,
  nixpkgs-bootstrap,
  system,
  hosts,
  # The file of the deployers' public keys.
  authorizedKeys,
}:
let
  inherit (nixpkgs) lib;
  bootstrapModule = import ./modules/bootstrap.nix authorizedKeys;

  evaluate =
    from: modules:
    from.lib.nixosSystem {
      modules = [
        {
          nixpkgs.hostPlatform = system;
          # One instance of nixpkgs for all. Overlays are added to it; a configuration of its own needs another.
          nixpkgs.pkgs = lib.mkDefault from.legacyPackages.${system};
        }
        ./modules/base.nix
        ./modules/deployment.nix
        ./modules/secrets.nix
      ]
      ++ modules;
    };
in
{
  live = lib.mapAttrs (
    _: host:
    evaluate nixpkgs [
      ./modules/amazon.nix
      bootstrapModule
      # Room for several generations of the system.
      { deployment.rootVolumeGib = lib.mkDefault 20; }
      host
    ]
  ) hosts.live;
  immutable = lib.mapAttrs (
    _: host:
    evaluate nixpkgs [
      ./modules/amazon.nix
      ./modules/immutable.nix
      host
    ]
  ) hosts.immutable;
  bootstrap = evaluate nixpkgs-bootstrap [
    ./modules/amazon.nix
    bootstrapModule
  ];
  vm = evaluate nixpkgs [
    ./modules/vm.nix
    hosts.vm
  ];
}
