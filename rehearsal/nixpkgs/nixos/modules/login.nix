# Logins as on NixOS: PAM registers each with logind, which gives it a scope of its own, apart from
# the server that let it in. The bus, logind and PAM's modules are the machine's.
{
  config.systemd.upstream = {
    units = [
      "dbus.service"
      "dbus.socket"
      "dbus-org.freedesktop.login1.service"
      "systemd-logind.service"
      "systemd-user-sessions.service"
      "user-runtime-dir@.service"
      "user@.service"
    ];
    wants = {
      "sockets.target" = [ "dbus.socket" ];
      "multi-user.target" = [
        "dbus.service"
        "systemd-logind.service"
        "systemd-user-sessions.service"
      ];
    };
  };
  config.environment.etc =
    let
      session = ''
        session required pam_env.so readenv=0
        session required pam_unix.so
        session required pam_loginuid.so
        session optional pam_systemd.so
      '';
      keysOnly = ''
        account required pam_unix.so
        auth required pam_deny.so
        password required pam_deny.so
      '';
    in
    {
      "pam.d/sshd".text = keysOnly + session;
      "pam.d/systemd-user".text = keysOnly + session;
      # Becoming root needs no session of its own.
      "pam.d/sudo".text = keysOnly + "session required pam_unix.so\n";
      "pam.d/other".text = ''
        account required pam_deny.so
        auth required pam_deny.so
        password required pam_deny.so
        session required pam_deny.so
      '';
    };
}
