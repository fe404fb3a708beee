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
    lib.concatStrings (
      lib.mapAttrsToList (path: entry: ''
        mkdir -p "$out/etc/$(dirname ${lib.escapeShellArg path})"
        ln -s ${entry.source} $out/etc/${lib.escapeShellArg path}
        ${lib.optionalString (
          entry.mode != "symlink"
        ) "echo ${entry.mode} > $out/etc/${lib.escapeShellArg path}.mode"}
      '') config.environment.etc
    )
  );
}
