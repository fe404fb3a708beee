# The secrets that a host needs: secrets.<name>. The system says which and for whom;
# nixos-deploy brings what is in them, and the store never sees it.
{
  config,
  lib,
  ...
}:
let
  inherit (lib) mkOption types;

  secret =
    { name, ... }:
    {
      options = {
        file = mkOption {
          type = types.str;
          default = "${name}.age";
          description = "The encrypted file's name in the project's folder `secrets`.";
        };
        owner = mkOption {
          type = types.str;
          default = "root";
          description = "The user that owns it. The user must be on the host before this system is.";
        };
        group = mkOption {
          type = types.str;
          default = "root";
          description = "Its group, which must be on the host, too.";
        };
        mode = mkOption {
          type = types.str;
          default = "0400";
          description = "Its permissions, in octal.";
        };
        restartUnits = mkOption {
          type = types.listOf types.str;
          default = [ ];
          example = [ "web.service" ];
          description = "The units that are restarted when it changes, after the switch.";
        };
      };
    };

  # All of this ends up in lines whose fields are divided by spaces.
  wrong =
    name: secret:
    let
      is = pattern: text: builtins.match pattern text != null;
      check = what: pattern: text: {
        assertion = is pattern text;
        message = "secrets.${name}: ${what} must match ${pattern}, got: ${builtins.toJSON text}";
      };
    in
    [
      (check "its name" "[A-Za-z0-9_][A-Za-z0-9._-]*" name)
      (check "file" "[A-Za-z0-9_][A-Za-z0-9._-]*\\.age" secret.file)
      (check "owner" "[A-Za-z0-9_][A-Za-z0-9._-]*" secret.owner)
      (check "group" "[A-Za-z0-9_][A-Za-z0-9._-]*" secret.group)
      (check "mode" "0?[0-7]{3}" secret.mode)
    ]
    ++ map (check "each of restartUnits" "[A-Za-z0-9:_.@][A-Za-z0-9:_.@-]*\\.[a-z]+") secret.restartUnits;

  line =
    name: secret:
    let
      units = if secret.restartUnits == [ ] then "-" else toString secret.restartUnits;
    in
    "${name} ${secret.file} ${secret.owner} ${secret.group} ${secret.mode} ${units}\n";
in
{
  options.secrets = mkOption {
    type = types.attrsOf (types.submodule secret);
    default = { };
    description = ''
      The secrets of this host, by name. Each is at /var/lib/secrets/NAME, a folder that
      root alone can enter: a service takes it by LoadCredential.
    '';
  };

  config = {
    assertions = builtins.concatLists (lib.mapAttrsToList wrong config.secrets);
    # What a deployment that was cut off had received: plaintext. At boot alone, since a switch
    # is in the midst of one. A host has the rule before its first secret comes.
    systemd.tmpfiles.rules = [ "R! /var/lib/secrets/.new" ];
    # For nixos-deploy: name, file, owner, group, mode, units to restart.
    environment.etc = lib.mkIf (config.secrets != { }) {
      "nixos-deploy/secrets".text = lib.concatStrings (lib.mapAttrsToList line config.secrets);
    };
  };
}
