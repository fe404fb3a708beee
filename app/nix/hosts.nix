# The hosts, each a NixOS module under its name.
let
  iplz = {
    imports = [ ./module.nix ];
    services.iplz.enable = true;
  };
in
{
  # Of the stack `live`: their systems are deployed to instances that stay.
  live = {
    inherit iplz;
  };
  # Of the stack `immutable`: a change is another image and another instance. Nobody's key is on them.
  immutable = {
    inherit iplz;
  };
  # On this computer, to try out.
  vm = iplz;
}
