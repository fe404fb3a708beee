# What an EC2 instance is beside the user's modules: ssh is on, and lets in the key of EC2's
# metadata (the host has put it below /etc/ec2-metadata); the name comes from EC2; the ssh host
# key is printed on the console.
{ lib, pkgs, ... }:
{
  options.ec2.efi = lib.mkOption {
    type = lib.types.bool;
    default = pkgs.stdenv.hostPlatform.isAarch64;
  };

  config = {
    services.openssh.enable = true;
    services.openssh.settings.PermitRootLogin = lib.mkDefault "prohibit-password";
    networking.hostName = lib.mkDefault "";
    # The host has put it there; what remains is what it prints.
    systemd.services.fetch-ec2-metadata = {
      description = "Fetch EC2 Metadata";
      wantedBy = [ "multi-user.target" ];
      script = ''
        echo 'getting EC2 instance metadata...'
      '';
      serviceConfig.Type = "oneshot";
      serviceConfig.StandardOutput = "journal+console";
    };
    systemd.services.apply-ec2-data = {
      description = "Apply EC2 Data";
      wantedBy = [ "multi-user.target" ];
      before = [ "sshd-keygen.service" ];
      script = ''
        key=/etc/ec2-metadata/public-keys-0-openssh-key
        if [ -s "$key" ] && [ ! -e /root/.ssh/authorized_keys ]; then
          mkdir -p -m 700 /root/.ssh
          install -m 600 "$key" /root/.ssh/authorized_keys
        fi
      '';
      serviceConfig.Type = "oneshot";
      serviceConfig.RemainAfterExit = true;
    };
    systemd.services.print-host-key = {
      description = "Print SSH Host Key";
      wantedBy = [ "multi-user.target" ];
      after = [ "sshd-keygen.service" ];
      script = ''
        {
          echo '-----BEGIN SSH HOST KEY FINGERPRINTS-----'
          for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -l -f "$key"; done
          echo '-----END SSH HOST KEY FINGERPRINTS-----'
          echo '-----BEGIN SSH HOST KEY KEYS-----'
          cat /etc/ssh/ssh_host_*_key.pub
          echo '-----END SSH HOST KEY KEYS-----'
        } >/dev/console
      '';
      serviceConfig.Type = "oneshot";
      serviceConfig.RemainAfterExit = true;
    };
  };
}
