# What the stacks need to know of a host and NixOS does not say itself: deployment.
{ config, lib, ... }:
let
  inherit (lib) mkOption types;
  inherit (config.networking) firewall;
  sshPorts = lib.optionals config.services.openssh.enable config.services.openssh.ports;

  ports = types.listOf (types.either types.port (types.attrsOf types.port));
  public =
    protocol: open:
    mkOption {
      type = ports;
      default = open;
      defaultText = lib.literalMD "what the host's firewall opens to every interface, less the ports of ssh";
      example = lib.literalExpression "[ 443 { from = 8000; to = 8010; } ]";
      description = "The ${protocol} ports that the world may reach. Who may reach ssh is said by SSH_CIDRS.";
    };
in
{
  options.deployment = {
    instanceType = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "t3.small";
      description = "The EC2 instance type, of the host's architecture; null: the smallest usual one.";
    };
    rootVolumeGib = mkOption {
      type = types.nullOr types.ints.positive;
      default = null;
      description = "Size of the root volume in GiB, at least the image's; null: the image's.";
    };
    healthCheck = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = ''curl --fail --max-time 5 "http://$TARGET_HOST/"'';
      description = ''
        A command that the deployer runs, with `TARGET_HOST` set, until it exits 0 or its limit is over;
        null: that the host can be reached is good enough.
      '';
    };
    wave = mkOption {
      type = types.ints.unsigned;
      default = 0;
      description = "When it is deployed: once all hosts of earlier waves are deployed and healthy.";
    };
    replicas = mkOption {
      type = types.ints.positive;
      default = 1;
      description = "How many hosts of this configuration there are. The first has its name, the others NAME-2, NAME-3, ….";
    };
    public = {
      tcp = public "TCP" (
        lib.filter (port: !lib.elem port sshPorts) firewall.allowedTCPPorts ++ firewall.allowedTCPPortRanges
      );
      udp = public "UDP" (firewall.allowedUDPPorts ++ firewall.allowedUDPPortRanges);
    };
  };
}
