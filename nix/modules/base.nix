# What every system has in common.
{ lib, ... }:
{
  # The release that machines of this project were first set up with; it is not bumped with nixpkgs.
  system.stateVersion = "26.05";
  networking.firewall.enable = true;
}
