# A host that can be deployed to: ssh with keys only, for the keys of one file.
authorizedKeys:
{ lib, pkgs, ... }:
let
  inherit (import ../authorized-keys.nix { inherit lib; } authorizedKeys) keys problems;
in
{
  services.openssh = {
    enable = true;
    settings = {
      PasswordAuthentication = false;
      KbdInteractiveAuthentication = false;
      PermitRootLogin = "prohibit-password";
    };
  };
  users.users.root.openssh.authorizedKeys.keys = keys;
  assertions = map (message: {
    assertion = false;
    inherit message;
  }) problems;

  # A plan may be made without a key. A host that nobody can log in to may not.
  system.checks = lib.optional (keys == [ ]) (
    pkgs.runCommand "authorized-keys-check" { } ''
      cat >&2 <<'END'
      authorized-keys has no key, so nobody could log in to deploy. Add the line of your public
      key, for example that of ~/.ssh/id_ed25519.pub (`ssh-keygen -t ed25519` makes one).
      END
      exit 1
    ''
  );
}
