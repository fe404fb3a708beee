# What the stacks get by environment: paths and facts, for each stack.
{
  lib,
  hosts,
  images,
  target,
}:
let
  facts = {
    immutable = {
      IPLZ_IMAGE_PATH = images.fileOf images.iplz;
      NIX_SYSTEM = target;
    };
    live = {
      BOOTSTRAP_IMAGE_PATH = images.fileOf images.bootstrap;
      LIVE_CONFIG_PATH = "${hosts.live.config.system.build.toplevel}";
      NIX_SYSTEM = target;
    };
    deployment = {
      inherit (facts.live) LIVE_CONFIG_PATH;
    };
  };
in
{
  # Whatever holds these has what the paths name built.
  built = facts;

  # The same without their context, as plain text: nothing behind them is built.
  named = lib.mapAttrs (_: lib.mapAttrs (_: builtins.unsafeDiscardStringContext)) facts;
}
