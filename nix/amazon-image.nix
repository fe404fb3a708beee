# Disk images for Amazon under fixed names, so that their paths are known beforehand.
{
  amazonImage =
    name: host:
    (host.extendModules {
      modules = [ { image.modules.amazon.image.baseName = name; } ];
    }).config.system.build.images.amazon;

  # The disk in an image's folder.
  fileOf = image: "${image}/${image.passthru.filePath}";
}
