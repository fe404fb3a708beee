# `cdktf diff` of every stack: a plan needs paths, not what is in them, so nothing is built.
{
  lib,
  writeShellApplication,
  # The wrappers, by the names of their stacks.
  stacks,
}:
let
  names = builtins.attrNames stacks;
  # `live` plans `deployment`, too.
  all = lib.filter (name: name != "deployment") names;
in
writeShellApplication {
  name = "preview";
  text = ''
    ${builtins.readFile ./require-project.sh}
    if [ $# -eq 0 ]; then set -- ${toString all}; fi
    for stack in "$@"; do
      case $stack in
        ${lib.concatStringsSep " | " names}) ;;
        *)
          printf 'preview: expected ${lib.concatStringsSep ", " names} or nothing (all), got %q\n' "$stack" >&2
          exit 2
          ;;
      esac
    done
    for stack in "$@"; do
      case $stack in
        ${lib.concatStringsSep "\n    " (
          lib.mapAttrsToList (name: wrapper: "${name}) ${lib.getExe wrapper} diff ;;") stacks
        )}
      esac
    done
  '';
}
