# The amazon image, of which a deployment builds one and an AMI of NixOS is another.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
in
{
  imports = [ ../../../modules/virtualisation/amazon-image.nix ];

  options.amazonImage = {
    contents = mkOption {
      type = types.listOf types.raw;
      default = [ ];
    };
    format = mkOption {
      type = types.enum [ "vpc" ];
      default = "vpc";
    };
  };

  config = {
    image.extension = "vhd";
    system.build.image = config.system.build.amazonImage;
    system.build.amazonImage = import ../../../lib/make-disk-image.nix {
      inherit config pkgs;
      inherit (config.image) baseName;
      name = config.image.baseName;
    };
  };
}
