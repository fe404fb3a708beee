# shellcheck shell=bash
# What is to be deployed is built while cdktf starts, where nothing is asked before. Terraform's apply waits for it
# (nix/cdktf.nix), and says why it cannot be built.
case " $* " in
  " deploy"*" --auto-approve "* | " apply"*" --auto-approve "*) ;;
  *) exec cdktf "$@" ;;
esac
trap : INT # Ctrl-C ends cdktf, and not what follows
mapfile -t derivations < <(grep --only-matching '/nix/store/[^"]*\.drv' "$HOSTS_FILE")
nix-store --realise --no-gc-warning "${derivations[@]}" >/dev/null 2>&1 </dev/null &
status=0
cdktf "$@" || status=$?
kill "$!" 2>/dev/null || true
exit "$status"
