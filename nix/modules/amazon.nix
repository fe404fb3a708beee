# A machine on EC2.
{
  modulesPath,
  pkgs,
  ...
}:
{
  imports = [ "${modulesPath}/virtualisation/amazon-image.nix" ];

  # Stated, because the AMI is registered with the same boot mode, and because the live
  # system must find the boot loader that the bootstrap image of another nixpkgs has laid down.
  ec2.efi = pkgs.stdenv.hostPlatform.isAarch64;
}
