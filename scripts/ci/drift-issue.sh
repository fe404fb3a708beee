#!/usr/bin/env bash
# Report drift in one issue, which later nights update and close: drift-issue.sh STATUS FILE
# STATUS and FILE are the review's; LAST_FAILED=true keeps the issue open, as a deployment that failed need not
# show in a plan. Needs gh, GH_TOKEN, GITHUB_REPOSITORY.
set -euo pipefail
if [ $# -ne 2 ]; then
  echo 'drift-issue: expected: drift-issue.sh STATUS FILE' >&2
  exit 2
fi
label=drift
title='What runs is not what main says'
open=$(gh issue list --repo "$GITHUB_REPOSITORY" --label "$label" --state open --limit 1 --json number --jq '.[].number')

body=$(mktemp)
if [ "${LAST_FAILED:-false}" = true ]; then
  printf '**The last deployment failed**: what it left undone need not be in this plan. Run the workflow deploy again.\n\n' >"$body"
fi
cat "$2" >>"$body"

if [ "$1" = 0 ] && [ "${LAST_FAILED:-false}" != true ] && ! grep --quiet '^### Drift of ' "$2"; then
  [ -z "$open" ] || gh issue close --repo "$GITHUB_REPOSITORY" "$open" --comment 'The plan is empty again, and the last deployment succeeded.'
elif [ -n "$open" ]; then
  gh issue edit --repo "$GITHUB_REPOSITORY" "$open" --body-file "$body"
else
  gh label create --repo "$GITHUB_REPOSITORY" --force "$label" --description "$title"
  gh issue create --repo "$GITHUB_REPOSITORY" --title "$title" --label "$label" --body-file "$body"
fi
