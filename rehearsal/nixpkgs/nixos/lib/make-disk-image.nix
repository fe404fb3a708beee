# The disk of an image: a tar of the system's closure in the frame of a fixed VHD, which simulated
# hosts boot. How a disk is partitioned means nothing here.
{
  config,
  pkgs,
  name,
  baseName,
  postVM ? "",
  ...
}:
derivation {
  inherit name;
  inherit (pkgs.stdenv.hostPlatform) system;
  builder = pkgs.machine.bash;
  args = [
    "-euc"
    ''
      . "$NIX_ATTRS_SH_FILE"
      PATH=${pkgs.machine.path}
      out=''${outputs[out]}
      diskImage=$out/$fileName
      ${pkgs.machine.python} -I ${../maintainers/scripts/ec2/closure_to_vhd.py} "$NIX_ATTRS_JSON_FILE"
      mkdir "$out/nix-support"
      ${postVM}
    ''
  ];
  __structuredAttrs = true;
  inherit (config.system.build) toplevel;
  exportReferencesGraph.closure = [ config.system.build.toplevel ];
  fileName = "${baseName}.vhd";
}
