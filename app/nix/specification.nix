# What the systems and images are, by the names of nixpkgs' options. `npm run check:nixpkgs`
# evaluates them with a real nixpkgs and compares: a line is a promise.
#
# `has` looks for parts: entries of a list, or pieces of a text.
{ has }:
let
  every = [
    "immutable-iplz"
    "live-iplz"
    "bootstrap"
  ];
in
[
  {
    title = "every host";
    of = every;
    values = {
      # Evaluating it leaves nothing to say.
      "warnings" = [ ];
      "system.stateVersion" = "26.05";
    };
  }
  {
    title = "every host: nobody gets in who was not let in";
    of = every;
    values = {
      "networking.firewall.enable" = true;
      "networking.firewall.allowedUDPPorts" = [ ];
      "services.openssh.settings.PasswordAuthentication" = false;
      "services.openssh.settings.KbdInteractiveAuthentication" = false;
      "services.openssh.settings.PermitRootLogin" = "prohibit-password";
      "services.getty.autologinUser" = null;
      "users.users.root.hashedPassword" = null;
      "users.users.root.initialHashedPassword" = null;
      "users.users.root.password" = null;
      "users.users.root.initialPassword" = null;
      # Amazon's agent runs commands for whoever the account lets: not unless it is asked for.
      "deployment.sessionManager" = false;
      "services.amazon-ssm-agent.enable" = false;
    };
  }
  {
    title = "every host: what runs is what was deployed";
    of = every;
    values = {
      # User data that looks like a NixOS configuration would replace the system at each boot.
      "virtualisation.amazon-init.enable" = false;
      # It neither evaluates nor documents anything: no sources, channels or manuals on it.
      "nix.channel.enable" = false;
      "nixpkgs.flake.setNixPath" = false;
      "nixpkgs.flake.setFlakeRegistry" = false;
      "documentation.enable" = false;
    };
  }
  {
    title = "every host: reachable, through a switch too";
    of = every;
    values = {
      # A restarted DHCP client keeps the address that the deployment is connected to.
      "networking.dhcpcd.enable" = true;
      "networking.dhcpcd.persistent" = true;
      # Room for a switch beside the application in 1 GiB of memory.
      "zramSwap.enable" = true;
    };
  }
  {
    title = "every host: the console, 64 KiB of which EC2 keeps";
    of = every;
    values = {
      # The host keys again at each switch: a oneshot that does not remain is started by it.
      "systemd.services.print-host-key.wantedBy" = has [ "multi-user.target" ];
      "systemd.services.print-host-key.serviceConfig.Type" = "oneshot";
      "systemd.services.print-host-key.serviceConfig.RemainAfterExit" = false;
      # On a line of their own, whatever the login prompt left there.
      "systemd.services.print-host-key.script" = has [
        "printf '\\n-----BEGIN SSH HOST KEY KEYS-----\\n"
        "-----END SSH HOST KEY KEYS-----"
      ];
      # Metadata fills it no more, and is fetched once a boot.
      "systemd.services.fetch-ec2-metadata.serviceConfig.StandardOutput" = "journal";
      "systemd.services.fetch-ec2-metadata.serviceConfig.RemainAfterExit" = true;
    };
  }
  {
    title = "every host: it boots";
    of = every;
    values = {
      "boot.loader.grub.enable" = true;
      "boot.growPartition" = true;
      "fileSystems./.autoResize" = true;
      "boot.initrd.availableKernelModules" = has [ "nvme" ];
      # A kernel that panics reboots rather than stand still.
      "boot.kernelParams" = has [
        "console=ttyS0,115200n8"
        "panic=1"
      ];
    };
  }
  {
    title = "every host: where its instance is, unless it says otherwise";
    of = every;
    values = {
      "deployment.subnetId" = null;
      "deployment.vpcId" = null;
      "deployment.publicAddress" = true;
      "deployment.stableAddress" = false;
      "deployment.instanceProfile" = null;
    };
  }
  {
    title = "x86_64: by BIOS";
    of = every;
    systems = [ "x86_64-linux" ];
    values = {
      "ec2.efi" = false;
      "boot.loader.grub.device" = "/dev/xvda";
    };
  }
  {
    title = "aarch64: by UEFI";
    of = every;
    systems = [ "aarch64-linux" ];
    values = {
      "ec2.efi" = true;
      "boot.loader.grub.device" = "nodev";
      "boot.loader.grub.efiInstallAsRemovable" = true;
      "fileSystems./boot.device" = "/dev/disk/by-label/ESP";
      # Of EC2 and, where there is no ttyS0, of QEMU.
      "boot.kernelParams" = has [
        "console=ttyAMA0"
        "console=ttyS0,115200n8"
      ];
    };
  }
  {
    title = "the application";
    of = [
      "immutable-iplz"
      "live-iplz"
    ];
    values = {
      "systemd.services.iplz.wantedBy" = [ "multi-user.target" ];
      # Restarted after the activation, without a gap as long as the activation.
      "systemd.services.iplz.stopIfChanged" = false;
      "systemd.services.iplz.startLimitIntervalSec" = 0;
      "systemd.services.iplz.serviceConfig.Restart" = "always";
      "systemd.services.iplz.serviceConfig.ExecStart" = has [
        "/bin/iplz-server --host 0.0.0.0 --port 80"
      ];
      "systemd.services.iplz.serviceConfig.DynamicUser" = true;
      "systemd.services.iplz.serviceConfig.ProtectSystem" = "strict";
      "systemd.services.iplz.serviceConfig.NoNewPrivileges" = true;
      "systemd.services.iplz.serviceConfig.CapabilityBoundingSet" = [ "CAP_NET_BIND_SERVICE" ];
      "systemd.services.iplz.serviceConfig.SystemCallFilter" = has [ "@system-service" ];
    };
  }
  {
    title = "the immutable host: nobody logs in";
    of = [ "immutable-iplz" ];
    values = {
      "networking.firewall.allowedTCPPorts" = [ 80 ];
      "services.openssh.openFirewall" = false;
      "users.users.root.openssh.authorizedKeys.keys" = [ ];
    };
  }
  {
    title = "the live host: the application, and ssh for the deployers";
    of = [ "live-iplz" ];
    values = {
      "networking.firewall.allowedTCPPorts" = [
        22
        80
      ];
      "services.openssh.enable" = true;
    };
  }
  {
    title = "the bootstrap host: ssh for the deployers";
    of = [ "bootstrap" ];
    values = {
      "networking.firewall.allowedTCPPorts" = [ 22 ];
      "services.openssh.enable" = true;
    };
  }
  {
    title = "the immutable image";
    of = [ "iplz-image" ];
    values = {
      "passthru.filePath" = "iplz.vhd";
    };
  }
  {
    title = "the bootstrap image";
    of = [ "bootstrap-image" ];
    values = {
      "passthru.filePath" = "bootstrap.vhd";
    };
  }
  {
    title = "every image";
    of = [
      "iplz-image"
      "bootstrap-image"
    ];
    values = {
      "passthru.config.amazonImage.format" = "vpc";
      "passthru.config.warnings" = [ ];
      # No copy of nixpkgs as a channel.
      "preVM" = has [ "--no-channel-copy" ];
      # What inputs.ts reads of it.
      "postVM" = has [ "nix-support/image-info.json" ];
    };
  }
  {
    title = "every image for x86_64: 4 GiB";
    of = [
      "iplz-image"
      "bootstrap-image"
    ];
    systems = [ "x86_64-linux" ];
    values = {
      "passthru.config.virtualisation.diskSize" = 4096;
      "preVM" = has [ "mkpart no-fs 1MiB 2MiB" ];
      "postVM" = has [ ''"boot_mode":"legacy-bios"'' ];
    };
  }
  {
    title = "every image for aarch64: the same, and 1 GiB for the kernels of several systems";
    of = [
      "iplz-image"
      "bootstrap-image"
    ];
    systems = [ "aarch64-linux" ];
    values = {
      "passthru.config.virtualisation.diskSize" = 5120;
      "preVM" = has [
        "mkpart ESP fat32 8MiB $bootSizeMiB"
        "bootSize=$(round_to_nearest $(numfmt --from=iec '1G') $mebibyte)"
      ];
      "postVM" = has [ ''"boot_mode":"uefi"'' ];
    };
  }
  {
    title = "the VM test of the image: QEMU by absolute paths, which the test driver has not on its PATH";
    of = [ "image" ];
    systems = [ "x86_64-linux" ];
    values = {
      "driver.testScript" = has [
        ''/bin/qemu-img", "create"''
        "/bin/qemu-system-x86_64 -machine accel=kvm:tcg -cpu max"
      ];
    };
  }
  {
    title = "the VM test of the image, on aarch64: any interrupt controller and processor that there is";
    of = [ "image" ];
    systems = [ "aarch64-linux" ];
    values = {
      "driver.testScript" = has [
        ''/bin/qemu-img", "create"''
        "/bin/qemu-system-aarch64 -machine virt,gic-version=max,accel=kvm:tcg -cpu max"
      ];
    };
  }
]
