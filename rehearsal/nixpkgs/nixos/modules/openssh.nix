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
      UsePAM no
      UseDNS no
      Subsystem sftp internal-sftp
    '';
    systemd.services.sshd = {
      description = "SSH Daemon";
      wantedBy = [ "multi-user.target" ];
      after = [ "network.target" ];
      stopIfChanged = false;
      preStart = ''
        mkdir -p -m 755 /run/sshd
        [ -e /etc/ssh/ssh_host_ed25519_key ] ||
          ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key
      '';
      serviceConfig = {
        # A changed configuration is a changed unit: sshd is then restarted.
        ExecStart = "${pkgs.machine.sshd} -D -e -f /etc/ssh/sshd_config";
        X-RestartTriggers = "${config.environment.etc."ssh/sshd_config".source}";
        KillMode = "process";
        Restart = "always";
        Type = "simple";
      };
    };
  };
}
