# system.build.images: the system as a disk image, one entry for each kind. The stub has one kind.
{
  config,
  lib,
  extendModules,
  ...
}:
let
  inherit (lib) mkOption types;
in
{
  options = {
    image = {
      modules = mkOption {
        type = types.attrsOf types.deferredModule;
        default = { };
      };
      baseName = mkOption {
        type = types.str;
        default = "nixos-image-${config.system.nixos.version}-${config.nixpkgs.hostPlatform}";
      };
      extension = mkOption { type = types.str; };
      fileName = mkOption {
        type = types.str;
        default = "${config.image.baseName}.${config.image.extension}";
      };
      filePath = mkOption {
        type = types.str;
        default = config.image.fileName;
      };
    };
  };
  config.system.build.images = builtins.mapAttrs (
    _: module:
    let
      inherit (extendModules { modules = [ module ]; }) config;
    in
    lib.recursiveUpdate config.system.build.image {
      passthru = {
        inherit config;
        inherit (config.image) filePath;
      };
    }
  ) config.image.modules;
  config.image.modules.amazon = ../maintainers/scripts/ec2/amazon-image.nix;
}
