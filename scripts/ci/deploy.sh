#!/usr/bin/env bash
# Deploy the stacks one after the other, keeping what they print in LOG: deploy.sh LOG [APPROVED]
# APPROVED is the file `plans` of plan.sh: what differs from that is not applied.
# Environment: STATE_BUCKET, required; STACKS, their ids (default: immutable live);
# DEPLOY_SSH_KEY, a private key that only an ssh agent gets to see, for two hours;
# DEPLOY_AGE_KEY, a private key that decrypts the secrets. age asks no agent: it is a file
# in memory without a name, which is gone with this process, however that ends;
# KNOWN_HOSTS, what is in the project's known_hosts from the beginning. A line for a
# host whose key is read from its console must name it: ADDRESS TYPE KEY instance=i-…
# Where the keys come from must be replaced by this (`exec deploy.sh`), or they stay in its environment.
set -euo pipefail
if [ $# -lt 1 ] || [ $# -gt 2 ]; then
  echo 'deploy: expected: deploy.sh LOG [APPROVED]' >&2
  exit 2
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/ci/environment.sh
. "$here/environment.sh"
log=$1

# A program's environment can be read as long as it runs, whatever it unsets: so this one
# starts again, without the keys, and finds them in two open files.
# keep_key VARIABLE: sets `file`, an open file with what the variable has.
keep_key() {
  local name
  name=$(mktemp /dev/shm/key.XXXXXXXX)
  exec {file}<>"$name"
  rm "$name"
  printf '%s\n' "${!1}" >&"$file"
}
if [ -n "${DEPLOY_SSH_KEY+set}${DEPLOY_AGE_KEY+set}" ]; then
  variables=()
  for name in DEPLOY_SSH_KEY DEPLOY_AGE_KEY; do
    [ -n "${!name+set}" ] || continue
    keep_key "$name"
    variables+=("${name}_FILE=/proc/$$/fd/$file")
  done
  exec env -u DEPLOY_SSH_KEY -u DEPLOY_AGE_KEY "${variables[@]}" bash "$here/deploy.sh" "$@"
fi

agent=
# shellcheck disable=SC2329 # by the trap
clean_up() { [ -z "$agent" ] || ssh-agent -k >/dev/null; }
trap clean_up EXIT

if [ -n "${DEPLOY_SSH_KEY_FILE+set}" ]; then
  eval "$(ssh-agent -s)" >/dev/null
  agent=started
  ssh-add -q -t 7200 - <"$DEPLOY_SSH_KEY_FILE"
  file=${DEPLOY_SSH_KEY_FILE##*/}
  exec {file}>&-
  unset DEPLOY_SSH_KEY_FILE
fi
if [ -n "${DEPLOY_AGE_KEY_FILE+set}" ]; then
  export AGE_IDENTITY_FILE=$DEPLOY_AGE_KEY_FILE
  unset DEPLOY_AGE_KEY_FILE
fi
if [ -n "${KNOWN_HOSTS+set}" ]; then
  printf '%s\n' "$KNOWN_HOSTS" >known_hosts
fi
if [ $# -eq 2 ]; then
  APPROVED_PLANS=$(realpath -e "$2")
  export APPROVED_PLANS TERRAFORM_PROGRAM=$here/apply-approved.sh
fi

for stack in "${stacks[@]}"; do
  nix run ".#$stack" -- deploy --auto-approve 2>&1 | tee --append "$log"
done
