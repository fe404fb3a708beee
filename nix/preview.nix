# `cdktf diff` of every stack: a plan needs paths, not what is in them, so nothing is built.
{
  lib,
  writeShellApplication,
  immutable,
  live,
  deployment,
}:
writeShellApplication {
  name = "preview";
  text = ''
    ${builtins.readFile ./require-project.sh}
    if [ $# -eq 0 ]; then set -- immutable live; fi
    for stack in "$@"; do
      case $stack in
        immutable | live | deployment) ;;
        *)
          printf 'preview: expected immutable, live, deployment or nothing (all), got %q\n' "$stack" >&2
          exit 2
          ;;
      esac
    done
    for stack in "$@"; do
      case $stack in
        immutable) ${lib.getExe immutable} diff ;;
        live) ${lib.getExe live} diff ;;
        deployment) ${lib.getExe deployment} diff ;;
      esac
    done
  '';
}
