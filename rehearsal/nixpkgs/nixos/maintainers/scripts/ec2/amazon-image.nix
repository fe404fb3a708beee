# The amazon image: a tar of the system's closure in the frame of a fixed VHD.
# It says of itself what NixOS's image says, and cannot boot a computer.
{
  config,
  pkgs,
  ...
}:
{
  imports = [ ../../../modules/virtualisation/amazon-image.nix ];

  image.extension = "vhd";
  system.build.image = derivation {
    name = config.image.baseName;
    inherit (pkgs.stdenv.hostPlatform) system;
    builder = pkgs.machine.bash;
    args = [
      "-euc"
      ''exec ${pkgs.machine.python} -I ${./closure-to-vhd.py} "$NIX_ATTRS_JSON_FILE"''
    ];
    __structuredAttrs = true;
    inherit (config.system.build) toplevel;
    exportReferencesGraph.closure = [ config.system.build.toplevel ];
    fileName = config.image.filePath;
    info = {
      label = config.system.nixos.version;
      boot_mode = if config.ec2.efi then "uefi" else "legacy-bios";
      inherit (pkgs.stdenv.hostPlatform) system;
    };
  };
}
