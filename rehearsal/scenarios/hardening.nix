# The project's service with a program that tries what it should not be able to do, and the same
# program without any hardening.
{ lib, pkgs, ... }:
let
  probe = pkgs.writeTextFile {
    name = "probe";
    destination = "/bin/iplz-server";
    executable = true;
    text = ''
      #!/bin/bash
      # Each line is `probe NAME: what became of it`.
      said() { echo "probe $1: ''${2:-done}"; }
      said write-etc "$(touch "/etc/open/$$" 2>&1 | sed 's/.*: //')"
      # init_module(2) with an empty module, which no kernel loads.
      said load-module "$(perl -MPOSIX=uname -e '
        my ($module, $options) = ("", "");
        syscall((uname)[4] eq "aarch64" ? 105 : 175, $module, 0, $options);
        print $! == POSIX::EPERM ? "not permitted" : "permitted";
      ')"
      said processes-of-others "$(stat --format=%u /proc/[0-9]* 2>/dev/null | grep -cvxF "$(id -u)")"
      said bind-low-port "$(perl -MSocket -e '
        socket(my $socket, PF_INET, SOCK_STREAM, 0) && bind($socket, pack_sockaddr_in(81, INADDR_ANY))
          or print "failed: $!";
      ')"
      said end
      exec sleep infinity
    '';
    meta.mainProgram = "iplz-server";
  };
in
{
  imports = [ ../../app/nix/module.nix ];
  services.iplz = {
    enable = true;
    package = probe;
    port = 81;
  };
  # Where anybody could write, were it not for the unit.
  systemd.services.open = {
    description = "A folder in /etc that is open to all";
    wantedBy = [ "multi-user.target" ];
    before = [ "iplz.service" ];
    serviceConfig.Type = "oneshot";
    script = "mkdir --mode=777 /etc/open";
  };
  systemd.services.bare = {
    description = "The same without hardening";
    serviceConfig.ExecStart = lib.getExe probe;
  };
}
