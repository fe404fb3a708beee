# environment.etc: files that become /etc. A mode other than "symlink" makes a copy.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;

  file =
    { name, config, ... }:
    {
      options = {
        text = mkOption {
          type = types.nullOr types.lines;
          default = null;
        };
        source = mkOption {
          type = types.path;
          default = pkgs.writeText "etc-${builtins.baseNameOf name}" config.text;
        };
        mode = mkOption {
          type = types.str;
          default = "symlink";
        };
      };
    };
  folders = lib.unique (map builtins.dirOf (builtins.attrNames config.environment.etc));
in
{
  options = {
    environment.etc = mkOption {
      type = types.attrsOf (types.submodule file);
      default = { };
    };
    environment.systemPackages = mkOption {
      type = types.listOf types.package;
      default = [ ];
    };
  };
  config.system.build.etc = pkgs.runCommand "etc" { } (
    "mkdir -p ${toString (map (folder: "$out/etc/${lib.escapeShellArg folder}") folders)}\n"
    + lib.concatStrings (
      lib.mapAttrsToList (path: entry: ''
        ln -s ${entry.source} $out/etc/${lib.escapeShellArg path}
        ${lib.optionalString (
          entry.mode != "symlink"
        ) "echo ${entry.mode} > $out/etc/${lib.escapeShellArg path}.mode"}
      '') config.environment.etc
    )
  );
}
