# What the stacks are told, by environment: paths and facts, for each stack.
{
  hosts,
  images,
  target,
}:
let
  fileOf = image: "${image}/${image.passthru.filePath}";
in
{
  immutable = {
    IPLZ_IMAGE_PATH = fileOf images.iplz;
    NIX_SYSTEM = target;
  };
  live = {
    BOOTSTRAP_IMAGE_PATH = fileOf images.bootstrap;
    LIVE_CONFIG_PATH = "${hosts.live.config.system.build.toplevel}";
    NIX_SYSTEM = target;
  };
}
