# The three systems. Bootstrap has its own nixpkgs, so that a bump of the other leaves it alone.
{
  nixpkgs,
  nixpkgs-bootstrap,
  system,
}:
let
  onAmazon =
    { modulesPath, ... }:
    {
      imports = [ "${modulesPath}/virtualisation/amazon-image.nix" ];
    };
  host =
    from: modules:
    from.lib.nixosSystem {
      modules = modules ++ [ { nixpkgs.hostPlatform = system; } ];
    };
  application = {
    imports = [ ./modules/iplz.nix ];
    services.iplz.enable = true;
  };
in
{
  # The application's machine of the immutable stack: nobody logs in.
  iplz = host nixpkgs [
    ./modules/base.nix
    application
  ];
  # What a machine of the live stack starts as: it only lets the deployers in.
  bootstrap = host nixpkgs-bootstrap [
    ./modules/base.nix
    ./modules/bootstrap.nix
  ];
  # What is pushed to it.
  live = host nixpkgs [
    ./modules/base.nix
    ./modules/bootstrap.nix
    application
    onAmazon
  ];
}
