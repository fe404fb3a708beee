# systemd.services and systemd.units: unit files below /etc/systemd/system, which is all that
# the host's systemd looks at. Of the machine's own units it gets those in systemd.upstream, and
# those of NixOS' systemd/user.nix for users.
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
  atom = types.oneOf [
    types.bool
    types.int
    types.str
    types.path
  ];
  settings = types.attrsOf (types.either atom (types.listOf atom));
  names = option (types.listOf types.str) [ ];

  unit.options = {
    text = mkOption { type = types.lines; };
    wantedBy = names;
  };

  service.options = {
    enable = option types.bool true;
    description = option types.str "";
    documentation = names;
    wantedBy = names;
    after = names;
    before = names;
    wants = names;
    requires = names;
    path = option (types.listOf types.package) [ ];
    environment = option (types.attrsOf types.str) { };
    preStart = option types.lines "";
    script = option types.lines "";
    restartIfChanged = option types.bool true;
    stopIfChanged = option types.bool true;
    restartTriggers = option (types.listOf types.raw) [ ];
    startLimitIntervalSec = option (types.nullOr types.int) null;
    unitConfig = option settings { };
    serviceConfig = option settings { };
  };

  show = value: if builtins.isBool value then lib.boolToString value else toString value;
  line = key: value: map (one: "${key}=${show one}") (lib.toList value);
  lines = set: lib.concatMap (key: line key set.${key}) (builtins.attrNames set);
  list = key: values: lib.optional (values != [ ]) "${key}=${toString values}";
  program =
    name: text:
    "${
      pkgs.writeTextFile {
        name = "unit-script-${name}";
        destination = "/bin/${name}";
        executable = true;
        text = "#!${pkgs.runtimeShell}\nset -e\n${text}";
      }
    }/bin/${name}";

  textOf =
    name: unit:
    lib.concatMapStringsSep "\n" (text: text) (
      [ "[Unit]" ]
      ++ lib.optional (unit.description != "") "Description=${unit.description}"
      ++ list "Documentation" unit.documentation
      ++ list "After" unit.after
      ++ list "Before" unit.before
      ++ list "Wants" unit.wants
      ++ list "Requires" unit.requires
      ++ list "X-Restart-Triggers" unit.restartTriggers
      ++ lib.optional (
        unit.startLimitIntervalSec != null
      ) "StartLimitIntervalSec=${toString unit.startLimitIntervalSec}"
      ++ lines unit.unitConfig
      ++ [ "" ]
      ++ [ "[Service]" ]
      ++ lib.mapAttrsToList (key: value: "Environment=\"${key}=${value}\"") unit.environment
      ++ lib.optional (
        unit.path != [ ]
      ) "Environment=\"PATH=${lib.makeBinPath unit.path}:${pkgs.machine.path}\""
      ++ lib.optional (!unit.restartIfChanged) "X-RestartIfChanged=false"
      ++ lib.optional (!unit.stopIfChanged) "X-StopIfChanged=false"
      ++ lib.optional (unit.preStart != "") "ExecStartPre=${program "${name}-pre-start" unit.preStart}"
      ++ lib.optional (unit.script != "") "ExecStart=${program "${name}-start" unit.script}"
      ++ lines unit.serviceConfig
    )
    + "\n";

  # A link to a file of another name would be an alias for systemd.
  fileOf =
    name: text:
    pkgs.writeTextFile {
      name = "unit-${name}";
      destination = "/${name}";
      inherit text;
    }
    + "/${name}";
  inherit (config.systemd) upstream;
  files = lib.mapAttrsToList (name: unit: fileOf name unit.text) config.systemd.units;
  wants = builtins.zipAttrsWith (_: builtins.concatLists) (
    [ upstream.wants ]
    ++ lib.mapAttrsToList (name: unit: lib.genAttrs unit.wantedBy (_: [ name ])) config.systemd.units
  );
  link = folder: paths: "mkdir -p ${folder}\nln -s ${toString paths} ${folder}\n";
  units = pkgs.runCommand "system-units" { } ''
    ${link "$out" (map (unit: "/usr/lib/systemd/system/${unit}") upstream.units ++ files)}
    ln -s multi-user.target $out/default.target
    ${link "$out/user@.service.d" [ "${lookups}/lookups.conf" ]}
    ${lib.concatStrings (
      lib.mapAttrsToList (
        target: names: link "$out/${target}.wants" (map (name: "../${name}") names)
      ) wants
    )}
  '';
  # As in ../init.sh, for what systemd runs for a user.
  lookups = pkgs.writeTextDir "lookups.conf" ''
    [Service]
    Environment=SYSTEMD_UNIT_PATH=/etc/systemd/user:/run/systemd/user
    Environment=SYSTEMD_GENERATOR_PATH=/etc/systemd/user-generators
    Environment=SYSTEMD_ENVIRONMENT_GENERATOR_PATH=/etc/systemd/user-environment-generators
  '';
  userUnits = pkgs.runCommand "user-units" { } (
    link "$out" (
      map (unit: "/usr/lib/systemd/user/${unit}") [
        "app.slice"
        "background.slice"
        "basic.target"
        "dbus.service"
        "dbus.socket"
        "default.target"
        "exit.target"
        "paths.target"
        "session.slice"
        "shutdown.target"
        "sockets.target"
        "systemd-exit.service"
        "timers.target"
      ]
    )
    + link "$out/sockets.target.wants" [ "../dbus.socket" ]
  );
in
{
  options.systemd = {
    services = option (types.attrsOf (types.submodule service)) { };
    units = option (types.attrsOf (types.submodule unit)) { };
    # Units of the machine's systemd that hosts have, too, and which of them a target wants.
    upstream = {
      units = names;
      wants = option (types.attrsOf (types.listOf types.str)) { };
    };
  };
  config = {
    systemd.upstream = {
      units = [
        "basic.target"
        "final.target"
        "local-fs.target"
        "local-fs-pre.target"
        "multi-user.target"
        "network.target"
        "network-online.target"
        "network-pre.target"
        "nss-lookup.target"
        "nss-user-lookup.target"
        "paths.target"
        "poweroff.target"
        "reboot.target"
        "remote-fs.target"
        "shutdown.target"
        "slices.target"
        "sockets.target"
        "swap.target"
        "sysinit.target"
        "systemd-journal-flush.service"
        "systemd-journald-dev-log.socket"
        "systemd-journald.service"
        "systemd-journald.socket"
        "systemd-poweroff.service"
        "systemd-reboot.service"
        "time-set.target"
        "time-sync.target"
        "timers.target"
        "umount.target"
        "user.slice"
      ];
      wants = {
        "sysinit.target" = [
          "systemd-journald.service"
          "systemd-journal-flush.service"
        ];
        "sockets.target" = [
          "systemd-journald.socket"
          "systemd-journald-dev-log.socket"
        ];
      };
    };
    systemd.units = {
      # Only there to be restarted by a switch.
      "sysinit-reactivation.target".text = ''
        [Unit]
        Description=Reactivate sysinit units
      '';
    }
    // lib.mapAttrs' (
      name: service:
      lib.nameValuePair "${name}.service" {
        text = textOf name service;
        inherit (service) wantedBy;
      }
    ) (lib.filterAttrs (_: service: service.enable) config.systemd.services);
    environment.etc = {
      "systemd/system".source = units;
      "systemd/user".source = userUnits;
      "systemd/journald.conf".text = ''
        [Journal]
        Storage=persistent
      '';
    };
  };
}
