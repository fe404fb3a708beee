# Disk images for Amazon under fixed names, so that their paths are known beforehand.
{ hosts }:
let
  amazonImage =
    name: host:
    (host.extendModules {
      modules = [ { image.modules.amazon.image.baseName = name; } ];
    }).config.system.build.images.amazon;
in
{
  iplz = amazonImage "iplz" hosts.iplz;
  bootstrap = amazonImage "bootstrap" hosts.bootstrap;

  # The disk in an image's folder.
  fileOf = image: "${image}/${image.passthru.filePath}";
}
