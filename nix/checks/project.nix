# A check that runs commands in a copy of the project, with its tools and node modules.
{
  lib,
  runCommand,
  self,
  node-modules,
  tools,
}:
{
  name,
  packages ? [ ],
  script,
}:
runCommand name { nativeBuildInputs = tools ++ packages; } ''
  cp -r ${self} project
  chmod -R u+w project
  cd project
  ln -s ${node-modules}/node_modules node_modules
  export HOME=$TMPDIR
  # The sandbox has no network, and nothing here may try it.
  export NIX_SYSTEM=x86_64-linux SSH_CIDRS=203.0.113.7/32
  export IPLZ_IMAGE_PATH=/nix/store/${lib.concatStrings (lib.genList (_: "a") 32)}-iplz/iplz.vhd
  export BOOTSTRAP_IMAGE_PATH=/nix/store/${
    lib.concatStrings (lib.genList (_: "b") 32)
  }-bootstrap/bootstrap.vhd
  export LIVE_CONFIG_PATH=/nix/store/${lib.concatStrings (lib.genList (_: "c") 32)}-nixos-system
  ${script}
  touch "$out"
''
