# systemd.tmpfiles.rules: applied at boot, those of this file alone.
{ config, lib, ... }:
let
  inherit (lib) mkOption types;
  inherit (config.systemd.tmpfiles) rules;
in
{
  options.systemd.tmpfiles.rules = mkOption {
    type = types.listOf types.str;
    default = [ ];
  };
  config = lib.mkIf (rules != [ ]) {
    environment.etc."tmpfiles.d/00-nixos.conf".text = lib.concatMapStringsSep "" (
      rule: "${rule}\n"
    ) rules;
    systemd.services.systemd-tmpfiles-setup = {
      wantedBy = [ "sysinit.target" ];
      before = [
        "sysinit.target"
        "shutdown.target"
      ];
      unitConfig.DefaultDependencies = false;
      unitConfig.Conflicts = "shutdown.target";
      restartIfChanged = false;
      serviceConfig = {
        Type = "oneshot";
        RemainAfterExit = true;
        ExecStart = "/usr/bin/systemd-tmpfiles --create --remove --boot /etc/tmpfiles.d/00-nixos.conf";
      };
    };
  };
}
