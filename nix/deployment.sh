# shellcheck shell=bash
# What is to be deployed is built while cdktf starts, where nothing is asked before. Terraform's apply waits for it,
# shows what the build has said, and says why it failed (nix/cdktf.nix).
case " $* " in
  " deploy"*" --auto-approve "* | " apply"*" --auto-approve "*) ;;
  *) exec cdktf "$@" ;;
esac
BUILD_LOG=$(mktemp)
export BUILD_LOG
trap 'rm -f "$BUILD_LOG"' EXIT
trap : INT # Ctrl-C ends cdktf, and not what follows
mapfile -t derivations < <(grep --only-matching '/nix/store/[^"]*\.drv' "$HOSTS_FILE")
nix-store --realise --no-gc-warning "${derivations[@]}" >/dev/null 2>"$BUILD_LOG" </dev/null &
status=0
cdktf "$@" || status=$?
kill "$!" 2>/dev/null || true
exit "$status"
