# Options of other services that the project sets, for their types alone.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  flag =
    default:
    mkOption {
      type = types.bool;
      inherit default;
    };
  on = flag true;
  off = flag false;
in
{
  options = {
    boot.kernelParams = mkOption {
      type = types.listOf types.str;
      default = [ ];
    };
    nix.channel.enable = on;
    documentation.enable = on;
    networking.dhcpcd.persistent = off;
    services.amazon-ssm-agent.enable = off;
    virtualisation.amazon-init.enable = on;
    zramSwap.enable = off;
    services.getty.autologinUser = mkOption {
      type = types.nullOr types.str;
      default = null;
    };
  };
}
