# A virtual machine's options and its start script, which only says that there is none here.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  option =
    type: default:
    mkOption {
      inherit type default;
    };
  forwarding.options = {
    from = option (types.enum [
      "host"
      "guest"
    ]) "host";
    host.port = mkOption { type = types.port; };
    guest.port = mkOption { type = types.port; };
  };
  inherit (config.networking) hostName;
in
{
  options = {
    virtualisation = {
      graphics = option types.bool true;
      diskImage = option (types.nullOr types.str) "./${hostName}.qcow2";
      forwardPorts = option (types.listOf (types.submodule forwarding)) [ ];
    };
  };

  config.system.build.vm = pkgs.writeShellApplication {
    name = "run-${hostName}-vm";
    text = ''
      echo 'the stand-in for nixpkgs has no virtual machines; the system would be ${config.system.build.toplevel}' >&2
      exit 1
    '';
  };
}
