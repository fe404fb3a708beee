#!/usr/bin/env bash
# Fail where the review is worse than what is accepted: gate.sh STATUS LIMIT
# Both as the review exits: 0 nothing to do, 2 changes, 3 an instance is replaced or destroyed, 4 data at risk.
# No status, because nothing was planned, is worse than any.
set -euo pipefail
case ${1:-}:${2:-} in
  [0234]:[0234]) ;;
  :[0234])
    echo "::error::nothing was planned, so nothing can be accepted: see the job plan. A pull request of a fork is not planned: push its commits to a branch of this repository, once they are read"
    exit 1
    ;;
  *)
    printf 'gate: expected: gate.sh STATUS LIMIT, each 0, 2, 3 or 4, got: %s\n' "$*" >&2
    exit 2
    ;;
esac
if [ "$1" -gt "$2" ]; then
  echo "::error::the plan is of severity $1, and at most $2 is accepted; read the review, and if it is meant, label the pull request 'data loss accepted'"
  exit 1
fi
