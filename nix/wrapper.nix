# A command that hands everything it is given to cdktf, with a stack's variables set.
{
  lib,
  cdktf,
  nix,
  writeShellApplication,
}:
{
  name,
  # As plain text: a command that only asks or destroys needs nothing of what they name.
  variables,
  tools,
  # What a deployment needs built, by the variable that names it.
  deployed ? { },
  # What a plan looks into, likewise.
  planned ? { },
  # Shell text that is run before cdktf.
  prepare ? "",
  # Shell text that calls cdktf.
  run ? ''exec cdktf "$@"'',
}:
let
  # Shell text that lists what of `builds` is named. It depends on how a thing is built, and
  # not on the thing.
  listed =
    builds:
    lib.concatStrings (
      lib.mapAttrsToList (variable: package: ''
        [ -z "''${${variable}+set}" ] || derivations+=(${builtins.unsafeDiscardOutputDependency package.drvPath})
      '') builds
    );
in
writeShellApplication {
  inherit name;
  runtimeInputs = tools ++ lib.optional (deployed != { }) nix;
  runtimeEnv = cdktf.environment // variables;
  text = ''
    ${builtins.readFile ./require-project.sh}
    ${prepare}
    derivations=()
    for argument; do
      case $argument in
        deploy | apply | watch)
          ${listed deployed}
          ;;
        diff | plan)
          ${listed planned}
          ;;
        *) continue ;;
      esac
      break
    done
    [ ''${#derivations[@]} = 0 ] || nix-store --realise --no-gc-warning "''${derivations[@]}" >/dev/null
    ${run}
  '';
}
