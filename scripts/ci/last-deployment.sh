#!/usr/bin/env bash
# Did the last deployment fail? Writes failed=true or failed=false to GITHUB_OUTPUT: last-deployment.sh
# What a deployment left undone need not show in a plan: the next run deploys whatever its plan says.
# A run that is started again counts as failed, one that was refused too. Needs gh, GH_TOKEN, GITHUB_REPOSITORY.
set -euo pipefail
conclusion=$(gh run list --repo "$GITHUB_REPOSITORY" --workflow deploy.yml --branch main --status completed \
  --limit 1 --json conclusion --jq '.[0].conclusion // "none"')
failed=true
case $conclusion in
  success | none) [ "${GITHUB_RUN_ATTEMPT:-1}" -gt 1 ] || failed=false ;;
esac
printf 'the last deployment: %s, attempt %s of this run\n' "$conclusion" "${GITHUB_RUN_ATTEMPT:-1}"
printf 'failed=%s\n' "$failed" >>"$GITHUB_OUTPUT"
