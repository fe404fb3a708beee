# What the stacks are told by environment: paths and facts, for each stack.
{
  hosts,
  images,
  target,
}:
{
  immutable = {
    IPLZ_IMAGE_PATH = images.fileOf images.iplz;
    NIX_SYSTEM = target;
  };
  live = {
    BOOTSTRAP_IMAGE_PATH = images.fileOf images.bootstrap;
    LIVE_CONFIG_PATH = "${hosts.live.config.system.build.toplevel}";
    NIX_SYSTEM = target;
  };
}
