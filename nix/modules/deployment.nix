# What the stacks need to know of a host and NixOS does not say itself: deployment.
{ config, lib, ... }:
let
  inherit (lib) mkOption types;
  inherit (config) deployment;
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
    subnetId = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "subnet-0123456789abcdef0";
      description = "The subnet that its instance is in; null: one of the default VPC.";
    };
    vpcId = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "vpc-0123456789abcdef0";
      description = "The VPC that the subnet is expected to be of: a plan fails if it is of another. null: whichever it is of.";
    };
    publicAddress = mkOption {
      type = types.bool;
      default = true;
      description = "Whether its instance has a public address. Without one, which needs a subnet, it is reached at its private address.";
    };
    stableAddress = mkOption {
      type = types.bool;
      default = false;
      description = "Whether it has an elastic address, which another instance takes over once it is healthy.";
    };
    instanceProfile = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "web";
      description = "Name of an instance profile that there is: what the host may do in AWS; null: nothing.";
    };
    sessionManager = mkOption {
      type = types.bool;
      default = false;
      description = "Whether AWS Session Manager may reach it: its agent runs, with a role for that and nothing else.";
    };
    binaryCache = mkOption {
      type = types.bool;
      default = false;
      description = "Whether its system comes from a binary cache in S3, so that it leaves the deployer once for all hosts that have this.";
    };
    public = {
      tcp = public "TCP" (
        lib.filter (port: !lib.elem port sshPorts) firewall.allowedTCPPorts ++ firewall.allowedTCPPortRanges
      );
      udp = public "UDP" (firewall.allowedUDPPorts ++ firewall.allowedUDPPortRanges);
    };
  };

  config.assertions = [
    {
      assertion = deployment.vpcId == null || deployment.subnetId != null;
      message = "deployment.vpcId needs deployment.subnetId beside it: without a subnet, the instance is in the default VPC.";
    }
    {
      assertion = deployment.publicAddress || deployment.subnetId != null;
      message = "deployment.publicAddress = false needs deployment.subnetId beside it: a subnet of the default VPC gives every instance a public address.";
    }
    {
      assertion = deployment.stableAddress -> deployment.publicAddress;
      message = "deployment.stableAddress is a public address, and deployment.publicAddress = false: say one of the two.";
    }
    {
      assertion = deployment.sessionManager -> deployment.instanceProfile == null;
      message = "deployment.sessionManager makes an instance profile, and deployment.instanceProfile names another: say one of the two. Yours can have the policy AmazonSSMManagedInstanceCore attached.";
    }
  ];
}
