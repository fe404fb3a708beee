# What an EC2 instance is beside the user's modules: ssh is on, the name comes from EC2.
{ lib, ... }:
{
  config = {
    services.openssh.enable = true;
    services.openssh.settings.PermitRootLogin = lib.mkDefault "prohibit-password";
    networking.hostName = lib.mkDefault "";
  };
}
