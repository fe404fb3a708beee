# Host name and firewall. The stub's hosts filter nothing: the open ports are only written down.
{ config, lib, ... }:
let
  inherit (lib) mkOption types;
  listOf =
    type:
    mkOption {
      type = types.listOf type;
      default = [ ];
    };
  ports = listOf types.port;
  ranges = listOf (types.attrsOf types.port);
in
{
  options.networking = {
    hostName = mkOption {
      type = types.str;
      default = "nixos";
    };
    firewall = {
      enable = mkOption {
        type = types.bool;
        default = true;
      };
      allowedTCPPorts = ports;
      allowedUDPPorts = ports;
      allowedTCPPortRanges = ranges;
      allowedUDPPortRanges = ranges;
    };
  };
  config.environment.etc = {
    hostname = lib.mkIf (config.networking.hostName != "") { text = config.networking.hostName; };
    "firewall-open-ports".text =
      lib.concatMapStringsSep "\n" toString
        config.networking.firewall.allowedTCPPorts;
  };
}
