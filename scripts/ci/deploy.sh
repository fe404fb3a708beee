#!/usr/bin/env bash
# Deploy the stacks one after the other, keeping what they print in LOG: deploy.sh LOG
# Environment: STATE_BUCKET, required; STACKS, their ids (default: immutable live);
# DEPLOY_SSH_KEY, a private key that only an ssh agent gets to see;
# DEPLOY_AGE_KEY, a private key that decrypts the secrets. age asks no agent, so it is
# a file below RUNNER_TEMP, for this user alone, until this ends;
# KNOWN_HOSTS, what is in the project's known_hosts from the beginning. A line for a
# machine whose key is read from its console must name it: ADDRESS TYPE KEY instance=i-…
set -euo pipefail
if [ $# -ne 1 ]; then
  echo 'deploy: expected: deploy.sh LOG' >&2
  exit 2
fi
# shellcheck source=scripts/ci/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
log=$1

agent='' identity=''
# shellcheck disable=SC2329 # by the trap
clean_up() {
  [ -z "$agent" ] || ssh-agent -k >/dev/null
  [ -z "$identity" ] || rm -f "$identity"
}
trap clean_up EXIT

if [ -n "${DEPLOY_SSH_KEY+set}" ]; then
  eval "$(ssh-agent -s)" >/dev/null
  agent=started
  ssh-add -q - <<<"$DEPLOY_SSH_KEY"
  unset DEPLOY_SSH_KEY
fi
if [ -n "${DEPLOY_AGE_KEY+set}" ]; then
  identity=$(mktemp "$RUNNER_TEMP/identity-XXXXXX")
  printf '%s\n' "$DEPLOY_AGE_KEY" >"$identity"
  unset DEPLOY_AGE_KEY
  export AGE_IDENTITY_FILE=$identity
fi
if [ -n "${KNOWN_HOSTS+set}" ]; then
  printf '%s\n' "$KNOWN_HOSTS" >known_hosts
fi

for stack in "${stacks[@]}"; do
  nix run ".#$stack" -- deploy --auto-approve 2>&1 | tee --append "$log"
done
