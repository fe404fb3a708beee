# The systems. Bootstrap has its own nixpkgs, so that a bump of the other leaves it alone.
{
  nixpkgs,
  nixpkgs-bootstrap,
  system,
}:
let
  host =
    from: modules:
    from.lib.nixosSystem {
      modules = [
        { nixpkgs.hostPlatform = system; }
        ./modules/base.nix
      ]
      ++ modules;
    };
  # CUSTOMIZE: the application's module.
  application = {
    imports = [ ./modules/iplz.nix ];
    services.iplz.enable = true;
  };
in
{
  # The application's machine of the immutable stack: nobody's key is on it.
  iplz = host nixpkgs [
    ./modules/amazon.nix
    ./modules/immutable.nix
    application
  ];
  # What a machine of the live stack starts as: it only lets the deployers in.
  bootstrap = host nixpkgs-bootstrap [
    ./modules/amazon.nix
    ./modules/bootstrap.nix
  ];
  # What is then pushed to it.
  live = host nixpkgs [
    ./modules/amazon.nix
    ./modules/bootstrap.nix
    application
  ];
  # The application on this computer, to try out.
  vm = host nixpkgs [
    ./modules/vm.nix
    application
  ];
}
