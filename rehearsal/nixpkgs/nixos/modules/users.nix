# users.users: only what the ssh server needs to know of them.
{ config, lib, ... }:
let
  inherit (lib) mkOption types;
  account.options.openssh.authorizedKeys.keys = mkOption {
    type = types.listOf types.str;
    default = [ ];
  };
  keysOf = user: user.openssh.authorizedKeys.keys;
in
{
  options.users.users = mkOption {
    type = types.attrsOf (types.submodule account);
    default = { };
  };
  config.environment.etc = lib.mapAttrs' (
    name: user:
    lib.nameValuePair "ssh/authorized_keys.d/${name}" {
      mode = "0444";
      text = lib.concatMapStringsSep "\n" (key: key) (keysOf user) + "\n";
    }
  ) (lib.filterAttrs (_: user: keysOf user != [ ]) config.users.users);
}
