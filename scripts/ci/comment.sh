#!/usr/bin/env bash
# Put the review on the pull request as one comment, which later runs update: comment.sh NUMBER FILE
# Needs gh, GH_TOKEN, GITHUB_REPOSITORY.
set -euo pipefail
if [ $# -ne 2 ]; then
  echo 'comment: expected: comment.sh NUMBER FILE' >&2
  exit 2
fi
mark='<!-- review of the plan -->'
body=$(mktemp)
{
  printf '%s\n' "$mark"
  cat "$2"
  printf '\n<sub>[The run](%s/%s/actions/runs/%s), of %s.</sub>\n' \
    "$GITHUB_SERVER_URL" "$GITHUB_REPOSITORY" "$GITHUB_RUN_ID" "${HEAD_SHA:0:12}"
} >"$body"

# Only a comment of this workflow's own account: anybody can write the mark.
existing=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$1/comments" \
  --jq ".[] | select(.user.login == \"github-actions[bot]\" and (.body | startswith(\"$mark\"))) | .id" | sed --quiet 1p)
if [ -n "$existing" ]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$existing" --field "body=@$body"
else
  gh api --silent --method POST "repos/$GITHUB_REPOSITORY/issues/$1/comments" --field "body=@$body"
fi
