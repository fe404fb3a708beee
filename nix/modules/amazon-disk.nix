# The disk of an image: as nixpkgs lays it out, but with no copy of nixpkgs on it, and with
# room for the kernels of several systems where the boot loader keeps them on a partition.
{
  config,
  lib,
  modulesPath,
  pkgs,
  ...
}:
let
  inherit (config) ec2;
in
{
  # In MiB. The root file system has the 4 GiB of nixpkgs in either case.
  virtualisation.diskSize = lib.mkIf ec2.efi (lib.mkDefault (5 * 1024));

  system.build.amazonImage = lib.mkForce (
    import "${modulesPath}/../lib/make-disk-image.nix" {
      inherit config lib pkgs;
      inherit (config.amazonImage) contents format;
      inherit (config.image) baseName;
      inherit (config.virtualisation) diskSize;
      name = config.image.baseName;
      fsType = "ext4";
      partitionTableType = if ec2.efi then "efi" else "legacy+gpt";
      bootSize = "1G";
      copyChannel = false;
      # What the image says of itself to those who register it.
      postVM = ''
        cat >"$out/nix-support/image-info.json" <<END
        ${builtins.toJSON {
          label = config.system.nixos.version;
          inherit (pkgs.stdenv.hostPlatform) system;
          boot_mode = if ec2.efi then "uefi" else "legacy-bios";
          file = "$diskImage";
        }}
        END
      '';
    }
  );
}
