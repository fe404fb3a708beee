#!/usr/bin/env bash
# Deploy the stacks one after the other, keeping what they print in LOG: deploy.sh LOG
# Environment: STACKS, their ids (default: immutable live);
# DEPLOY_SSH_KEY, a private key that only an ssh agent gets to see;
# KNOWN_HOSTS, lines of host keys that are trusted from the first connection on.
set -euo pipefail
if [ $# -ne 1 ]; then
  echo 'deploy: expected: deploy.sh LOG' >&2
  exit 2
fi
# shellcheck source=scripts/ci/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
log=$1

if [ -n "${DEPLOY_SSH_KEY+set}" ]; then
  eval "$(ssh-agent -s)" >/dev/null
  trap 'ssh-agent -k >/dev/null' EXIT
  ssh-add -q - <<<"$DEPLOY_SSH_KEY"
  unset DEPLOY_SSH_KEY
fi
if [ -n "${KNOWN_HOSTS+set}" ]; then
  printf '%s\n' "$KNOWN_HOSTS" >known_hosts
fi

for stack in "${stacks[@]}"; do
  nix run ".#$stack" -- deploy --auto-approve 2>&1 | tee --append "$log"
done
