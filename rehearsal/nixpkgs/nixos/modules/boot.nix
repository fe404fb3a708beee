# Boot loaders and the kernel's parameters: options only; the simulated hosts boot the system profile.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  flag = mkOption {
    type = types.bool;
    default = false;
  };
in
{
  options.boot.kernelParams = mkOption {
    type = types.listOf types.str;
    default = [ ];
  };
  options.boot.loader = {
    systemd-boot.enable = flag;
    efi.canTouchEfiVariables = flag;
    timeout = mkOption {
      type = types.nullOr types.int;
      default = 5;
    };
  };
}
