# What the stacks are told by environment: paths and facts, for each stack.
{
  hosts,
  images,
  target,
}:
let
  pushed = {
    LIVE_CONFIG_PATH = "${hosts.live.config.system.build.toplevel}";
    NIX_SYSTEM = target;
  };
in
{
  immutable = {
    IPLZ_IMAGE_PATH = images.fileOf images.iplz;
    NIX_SYSTEM = target;
  };
  live = {
    BOOTSTRAP_IMAGE_PATH = images.fileOf images.bootstrap;
    inherit (pushed) LIVE_CONFIG_PATH NIX_SYSTEM;
  };

  # For a machine that starts from an AMI of others: nothing is built but what is pushed to it.
  inherit pushed;

  # Shell text that builds the bootstrap image and names it, where one of our own is wanted. It
  # depends on how the image is built, and not on the image.
  bootstrapUnlessAmi = ''
    if [ -z "''${BOOTSTRAP_AMI+set}" ]; then
      nix-store --realise ${builtins.unsafeDiscardOutputDependency images.bootstrap.drvPath} >/dev/null
      export BOOTSTRAP_IMAGE_PATH=${builtins.unsafeDiscardStringContext (images.fileOf images.bootstrap)}
    fi
  '';
}
