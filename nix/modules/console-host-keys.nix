# The host keys on the console, where the deployment finds them before it trusts the host.
# EC2 keeps the last 64 KiB of it, so each switch prints them again, and metadata stays off it.
{ lib, ... }:
{
  systemd.services = {
    # A oneshot that does not remain is started again by each switch, with its target.
    print-host-key = {
      serviceConfig.RemainAfterExit = lib.mkForce false;
      # In one write, and on a line of its own: the login prompt ends none.
      script = lib.mkForce ''
        keys=$(cat /etc/ssh/ssh_host_*_key.pub)
        printf '\n-----BEGIN SSH HOST KEY KEYS-----\n%s\n-----END SSH HOST KEY KEYS-----\n' "$keys" >/dev/console
      '';
    };
    fetch-ec2-metadata.serviceConfig = {
      StandardOutput = lib.mkForce "journal";
      RemainAfterExit = true;
    };
  };
}
