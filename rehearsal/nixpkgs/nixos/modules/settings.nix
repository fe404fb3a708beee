# Options of other services that the project sets, for their types alone.
{ lib, ... }:
let
  inherit (lib) mkOption types;
in
{
  options = {
    nix.settings.substituters = mkOption {
      type = types.listOf types.str;
      default = [ ];
    };
    services.getty.autologinUser = mkOption {
      type = types.nullOr types.str;
      default = null;
    };
  };
}
