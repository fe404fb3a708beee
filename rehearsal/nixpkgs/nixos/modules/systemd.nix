# systemd.services: each becomes a unit file below /etc/systemd/system.
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

  service = {
    options = {
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
      startLimitIntervalSec = option (types.nullOr types.int) null;
      unitConfig = option settings { };
      serviceConfig = option settings { };
    };
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

  unitText =
    name: unit:
    lib.concatMapStringsSep "\n" (text: text) (
      [ "[Unit]" ]
      ++ lib.optional (unit.description != "") "Description=${unit.description}"
      ++ list "Documentation" unit.documentation
      ++ list "After" unit.after
      ++ list "Before" unit.before
      ++ list "Wants" unit.wants
      ++ list "Requires" unit.requires
      ++ lib.optional (!unit.restartIfChanged) "X-RestartIfChanged=false"
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
      ++ lib.optional (unit.preStart != "") "ExecStartPre=${program "${name}-pre-start" unit.preStart}"
      ++ lib.optional (unit.script != "") "ExecStart=${program "${name}-start" unit.script}"
      ++ lines unit.serviceConfig
    )
    + "\n";

  enabled = lib.filterAttrs (_: unit: unit.enable) config.systemd.services;
  fileOf = name: unit: pkgs.writeText "unit-${name}.service" (unitText name unit);
in
{
  options.systemd.services = option (types.attrsOf (types.submodule service)) { };
  config.environment.etc = lib.mkMerge (
    lib.mapAttrsToList (
      name: unit:
      {
        "systemd/system/${name}.service".source = fileOf name unit;
      }
      // lib.listToAttrs (
        map (
          target:
          lib.nameValuePair "systemd/system/${target}.wants/${name}.service" { source = fileOf name unit; }
        ) unit.wantedBy
      )
    ) enabled
  );
}
