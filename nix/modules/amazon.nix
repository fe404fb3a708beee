# A host on EC2. Deployed from outside, it neither evaluates nor documents anything, and lets
# nobody in but by the keys that a module names.
{
  config,
  lib,
  modulesPath,
  pkgs,
  ...
}:
let
  isArm = pkgs.stdenv.hostPlatform.isAarch64;
in
{
  imports = [
    "${modulesPath}/virtualisation/amazon-image.nix"
    ./console-host-keys.nix
  ];

  # Stated, because the AMI is registered with the same boot mode, and because the live
  # system must find the boot loader that the bootstrap image of another nixpkgs has laid down.
  ec2.efi = isArm;

  # The serial port of QEMU's arm64 machine; EC2's is ttyS0, named after it and so preferred.
  boot.kernelParams = lib.mkIf isArm (lib.mkBefore [ "console=ttyAMA0" ]);

  # A switch may restart the DHCP client: the address that the deployment is connected to stays.
  networking.dhcpcd.persistent = true;

  # User data that reads as a NixOS configuration would replace the deployed system.
  virtualisation.amazon-init.enable = false;

  services.openssh.settings = {
    PasswordAuthentication = false;
    KbdInteractiveAuthentication = false;
  };

  # Amazon's agent runs commands for whoever the account lets.
  services.amazon-ssm-agent.enable = lib.mkOverride 60 config.deployment.sessionManager;

  documentation.enable = false;
  nix.channel.enable = false;

  # A switch needs memory beside the application's, and the smallest types have 1 GiB.
  zramSwap.enable = true;

  image.modules.amazon = ./amazon-disk.nix;
}
