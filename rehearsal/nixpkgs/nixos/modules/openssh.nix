# services.openssh: the machine's own sshd as an ordinary unit, so that a system can break it.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.openssh;
  yesNo = value: if value then "yes" else "no";
in
{
  options.services.openssh = {
    enable = mkOption {
      type = types.bool;
      default = false;
    };
    openFirewall = mkOption {
      type = types.bool;
      default = true;
    };
    ports = mkOption {
      type = types.listOf types.port;
      default = [ 22 ];
    };
    settings = {
      PasswordAuthentication = mkOption {
        type = types.bool;
        default = true;
      };
      KbdInteractiveAuthentication = mkOption {
        type = types.bool;
        default = true;
      };
      PermitRootLogin = mkOption {
        type = types.enum [
          "yes"
          "without-password"
          "prohibit-password"
          "forced-commands-only"
          "no"
        ];
        default = "prohibit-password";
      };
    };
  };

  config = lib.mkIf cfg.enable {
    networking.firewall.allowedTCPPorts = lib.mkIf cfg.openFirewall cfg.ports;
    environment.etc."ssh/sshd_config".text = ''
      ${lib.concatMapStringsSep "\n" (port: "Port ${toString port}") cfg.ports}
      AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/authorized_keys.d/%u
      HostKey /etc/ssh/ssh_host_ed25519_key
      PermitRootLogin ${cfg.settings.PermitRootLogin}
      PasswordAuthentication ${yesNo cfg.settings.PasswordAuthentication}
      KbdInteractiveAuthentication ${yesNo cfg.settings.KbdInteractiveAuthentication}
      UsePAM yes
      UseDNS no
      Subsystem sftp internal-sftp
    '';
    systemd.services.sshd-keygen = {
      description = "SSH Host Keys Generation";
      script = ''
        mkdir -p /etc/ssh
        [ -s /etc/ssh/ssh_host_ed25519_key ] ||
          ssh-keygen -q -t ed25519 -N "" -C "root@$(cat /proc/sys/kernel/hostname)" -f /etc/ssh/ssh_host_ed25519_key
      '';
      serviceConfig.Type = "oneshot";
    };
    systemd.services.sshd = {
      description = "SSH Daemon";
      wantedBy = [ "multi-user.target" ];
      wants = [ "sshd-keygen.service" ];
      after = [
        "network.target"
        "sshd-keygen.service"
      ];
      stopIfChanged = false;
      # A changed configuration is a changed unit: sshd is then restarted.
      restartTriggers = [ config.environment.etc."ssh/sshd_config".source ];
      serviceConfig = {
        Type = "notify";
        Restart = "always";
        ExecStart = "${pkgs.machine.sshd} -D -f /etc/ssh/sshd_config";
        KillMode = "process";
        # Debian's sshd wants this folder.
        RuntimeDirectory = "sshd";
        RuntimeDirectoryPreserve = true;
      };
    };
  };
}
