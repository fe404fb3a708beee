# A simulated system, and its disk image: the stub nixpkgs' NixOS with a web server that answers
# a greeting on port 80, and one key let in by ssh.
#
#   nix-build system.nix --argstr nixpkgs STUB --argstr variation FILE.json -A toplevel (or image)
#
# STUB is what nixpkgs/assemble.sh made. The file holds `publicKey`, `greeting`, and of what
# scenarios/systems.ts calls a `Variation` whatever differs from the plain system, but `files`: those
# below etc are `etc`, by name, and the others are in a folder that `files` names.
{ nixpkgs, variation }:
let
  stub = /. + nixpkgs;
  lib = import (stub + "/lib");
  given = {
    etc = { };
    files = null;
    units = { };
    modules = [ ];
    links = { };
    beforeSwitch = "";
    afterSwitch = "";
    references = [ ];
    sshd = "";
    firewall = "";
  }
  // builtins.fromJSON (builtins.readFile (/. + variation));

  firewall = ''
    table inet firewall
    delete table inet firewall
    table inet firewall {
      chain input {
        type filter hook input priority 0; policy accept;
        ${given.firewall}
      }
    }
  '';
  always = {
    wantedBy = [ "multi-user.target" ];
    startLimitIntervalSec = 0;
  };
  files = builtins.path {
    name = "files";
    path = given.files;
  };
  links = lib.mapAttrsToList (
    name: target: "ln -s ${lib.escapeShellArg target} $out/${lib.escapeShellArg name}\n"
  ) given.links;

  plain =
    { config, ... }:
    {
      system.stateVersion = "26.05";
      image.modules.amazon.image.baseName = "system";
      services.openssh.settings = {
        PasswordAuthentication = false;
        KbdInteractiveAuthentication = false;
      };
      users.users = lib.genAttrs [ "root" "deploy" ] (_: {
        openssh.authorizedKeys.keys = [ given.publicKey ];
      });
      environment.etc = {
        "www/index.html".text = "${given.greeting}\n";
        "firewall.nft".text = firewall;
        "ssh/sshd_config".text = given.sshd;
      };
      systemd.services = {
        web = always // {
          description = "answers the greeting";
          environment.GREETING = given.greeting;
          serviceConfig.ExecStart = "/bin/busybox httpd -f -p 80 -h /etc/www";
          serviceConfig.Restart = "always";
        };
        firewall = always // {
          description = "firewall";
          restartTriggers = [ config.environment.etc."firewall.nft".source ];
          serviceConfig = {
            Type = "oneshot";
            RemainAfterExit = true;
            ExecStart = "/usr/sbin/nft -f /etc/firewall.nft";
          };
        };
      };
    };

  varied = {
    environment.etc = builtins.mapAttrs (_: text: lib.mkForce { inherit text; }) given.etc;
    systemd.units = builtins.mapAttrs (
      _: text:
      lib.mkForce {
        inherit text;
        wantedBy = [ "multi-user.target" ];
      }
    ) given.units;
    system.extraDependencies = map builtins.storePath given.references;
    system.systemBuilderCommands = ''
      ${lib.optionalString (given.files != null) "cp -r ${files}/. $out"}
      ${lib.concatStrings links}
      switch=$out/bin/switch-to-configuration
      mv $switch $out/bin/switch
      cat > $switch <<'END'
      #!/bin/sh
      ${given.beforeSwitch}
      END
      echo "$out/bin/switch \"\$@\" || exit" >> $switch
      cat >> $switch <<'END'
      ${given.afterSwitch}
      END
      chmod 555 $switch
    '';
  };

  inherit
    (import (stub + "/nixos/lib/eval-config.nix") { inherit lib; } {
      system = builtins.currentSystem;
      modules = [
        (stub + "/nixos/modules/virtualisation/amazon-image.nix")
        plain
        varied
      ]
      ++ map (module: /. + module) given.modules;
    })
    config
    ;
in
{
  inherit (config.system.build) toplevel;
  image = config.system.build.images.amazon;
}
