# shellcheck shell=bash disable=SC2154
# cdktf, and what became of each host after a deployment of several. In front of it, nix/cdktf.nix sets `program`, what Node runs.

# What Node has compiled of cdktf is kept: docs/decisions/22-start-of-cdktf.md.
if [ -n "${HOME:-}" ]; then
  export NODE_COMPILE_CACHE=${NODE_COMPILE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/iplz-deploy/node}
fi

case ${1:-} in
  deploy | apply) ;;
  *) exec node "${program[@]}" "$@" ;;
esac
OUTCOME_FOLDER=$(mktemp -d)
export OUTCOME_FOLDER
trap 'rm -rf "$OUTCOME_FOLDER"' EXIT
trap : INT # Ctrl-C ends cdktf, and not what follows
status=0
node "${program[@]}" "$@" || status=$?
deployment-summary "$OUTCOME_FOLDER" || true
exit "$status"
