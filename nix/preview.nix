# `cdktf diff` of every stack from evaluation alone: a plan needs paths, not what is in them.
#
# The variables are plain text, so nothing behind them is built. They must not get into a
# deployment: this command only ever runs `diff`.
{ cdktf, writeShellApplication }:
{
  variables,
  tools,
}:
writeShellApplication {
  name = "preview";
  runtimeInputs = tools;
  runtimeEnv = cdktf.environment // variables.named.immutable // variables.named.live;
  text = ''
    ${builtins.readFile ./require-project.sh}
    if [ $# -eq 0 ]; then set -- immutable live; fi
    for stack in "$@"; do
      case $stack in
        immutable | live) ;;
        *)
          printf 'preview: expected immutable, live or nothing (both), got %q\n' "$stack" >&2
          exit 2
          ;;
      esac
    done
    # What one stack needs must not keep the other from being seen.
    for stack in "$@"; do
      case $stack in
        immutable) (unset BOOTSTRAP_AMI BOOTSTRAP_IMAGE_PATH LIVE_CONFIG_PATH && cdktf diff immutable) ;;
        live)
          (
            unset IPLZ_IMAGE_PATH
            [ -z "''${BOOTSTRAP_AMI+set}" ] || unset BOOTSTRAP_IMAGE_PATH
            set -- diff
            ${builtins.readFile ./live.sh}
          )
          ;;
      esac
    done
  '';
}
