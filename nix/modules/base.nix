# What every system has in common.
{
  # The release that hosts of this project were first set up with: no bump of nixpkgs changes it.
  system.stateVersion = "26.05";

  networking.firewall.enable = true;

  # A host is built elsewhere and never evaluates Nix: nixpkgs' sources stay off it.
  nixpkgs.flake = {
    setNixPath = false;
    setFlakeRegistry = false;
  };
}
