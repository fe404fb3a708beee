#!/usr/bin/env bash
# Fail where the review is worse than what is accepted: gate.sh STATUS LIMIT
# Both as the review exits: 0 nothing to do, 2 changes, 3 an instance is replaced or destroyed, 4 data at risk.
set -euo pipefail
case ${1:-}:${2:-} in
  [0234]:[0234]) ;;
  *)
    printf 'gate: expected: gate.sh STATUS LIMIT, each 0, 2, 3 or 4, got: %s\n' "$*" >&2
    exit 2
    ;;
esac
if [ "$1" -gt "$2" ]; then
  echo "::error::the plan is of severity $1, and at most $2 is accepted; read the review, and if it is meant, label the pull request 'data loss accepted'"
  exit 1
fi
