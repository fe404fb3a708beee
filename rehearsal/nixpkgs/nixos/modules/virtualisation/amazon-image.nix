# What an EC2 instance is beside the user's modules: ssh is on, the name comes from EC2.
{ lib, pkgs, ... }:
{
  options.ec2.efi = lib.mkOption {
    type = lib.types.bool;
    default = pkgs.stdenv.hostPlatform.isAarch64;
  };

  config = {
    services.openssh.enable = true;
    services.openssh.settings.PermitRootLogin = lib.mkDefault "prohibit-password";
    networking.hostName = lib.mkDefault "";
  };
}
