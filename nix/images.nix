# Disk images for Amazon under fixed names, so that their paths are known beforehand.
{ lib, systems }:
let
  amazonImage =
    name: host:
    (host.extendModules {
      modules = [ { image.modules.amazon.image.baseName = name; } ];
    }).config.system.build.images.amazon;
in
{
  immutable = lib.mapAttrs amazonImage systems.immutable;
  bootstrap = amazonImage "bootstrap" systems.bootstrap;

  # The disk in an image's folder.
  fileOf = image: "${image}/${image.passthru.filePath}";
}
