#!/usr/bin/env bash
# On the fresh machine: the prerequisites of the README, then its two commands. Each line of
# theirs starts with the seconds since the command began; the last lines say how they ended.
set -euo pipefail
cd /root
# shellcheck disable=SC1091 # written by main.sh
. ./settings.sh
export DEBIAN_FRONTEND=noninteractive

echo 'check:fresh: the prerequisites of the README …'
{
  apt-get update
  apt-get install --yes --no-install-recommends ca-certificates git nodejs npm python3
  # As an administrator would: what is only put into the bundle goes when it is made again.
  csplit --quiet --elide-empty-files --prefix /usr/local/share/ca-certificates/machine- --suffix-format '%03d.crt' \
    machine.crt '/-BEGIN CERTIFICATE-/' '{*}'
  update-ca-certificates
  [ "$(node --print 'process.versions.node.split(".")[0] >= 20')" = true ] || npm install --global node@22
} >prerequisites.out 2>&1 || {
  tail -n 40 prerequisites.out
  exit 1
}
hash -r
echo "check:fresh: Debian $(cat /etc/debian_version), node $(node --version), $(python3 --version), $(go version), $(command -v terraform || echo 'no terraform')"

endings=()
failed=0
# stamped COMMAND...: runs it and keeps how it ended.
stamped() {
  local started=$SECONDS status=0
  "$@" </dev/null 2>&1 | while IFS= read -r line; do printf '%4d %s\n' $((SECONDS - started)) "$line"; done || status=$?
  endings+=("$* ended with status $status after $((SECONDS - started)) s")
  [ "$status" = 0 ] || failed=1
}
# silent COMMAND...: it has to end well and to say nothing.
silent() {
  local said status=0
  said=$("$@" </dev/null 2>&1) || status=$?
  if [ "$status" != 0 ] || [ -n "$said" ]; then
    endings+=("$* again must do nothing; it ended with status $status and said: $said")
    failed=1
  fi
}

cd iplz-deploy
stamped npm run rehearse
silent rehearsal/setup.sh
stamped npm test
silent rehearsal/setup.sh --tests

printf 'check:fresh: %s\n' "${endings[@]}"
exit "$failed"
