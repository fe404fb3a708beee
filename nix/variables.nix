# What the stacks are told by environment: paths and facts, for each stack.
{
  lib,
  hosts,
  images,
  target,
}:
let
  told = {
    immutable = {
      IPLZ_IMAGE_PATH = images.fileOf images.iplz;
      NIX_SYSTEM = target;
    };
    live = {
      BOOTSTRAP_IMAGE_PATH = images.fileOf images.bootstrap;
      LIVE_CONFIG_PATH = "${hosts.live.config.system.build.toplevel}";
      NIX_SYSTEM = target;
    };
  };
in
{
  # Whatever holds these has what the paths name built.
  built = told;

  # The same without their context, as plain text: nothing behind them is built.
  named = lib.mapAttrs (_: lib.mapAttrs (_: builtins.unsafeDiscardStringContext)) told;
}
