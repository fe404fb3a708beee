#!/usr/bin/env bash
# Tell of drift in one issue, which later nights update and close: drift-issue.sh STATUS FILE
# STATUS and FILE are the review's. Needs gh, GH_TOKEN, GITHUB_REPOSITORY.
set -euo pipefail
if [ $# -ne 2 ]; then
  echo 'drift-issue: expected: drift-issue.sh STATUS FILE' >&2
  exit 2
fi
label=drift
title='What runs is not what main says'
open=$(gh issue list --repo "$GITHUB_REPOSITORY" --label "$label" --state open --limit 1 --json number --jq '.[].number')

if [ "$1" = 0 ] && ! grep --quiet '^### Drift of ' "$2"; then
  [ -z "$open" ] || gh issue close --repo "$GITHUB_REPOSITORY" "$open" --comment 'The plan is empty again.'
elif [ -n "$open" ]; then
  gh issue edit --repo "$GITHUB_REPOSITORY" "$open" --body-file "$2"
else
  gh label create --repo "$GITHUB_REPOSITORY" --force "$label" --description "$title"
  gh issue create --repo "$GITHUB_REPOSITORY" --title "$title" --label "$label" --body-file "$2"
fi
