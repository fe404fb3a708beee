#!/usr/bin/env bash
# Write the review of each plan in plans/ beside it, as the tests expect it. Read the difference before you commit it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
for plan in __tests__/review/plans/*.json; do
  # Any status but 1 is a verdict.
  status=0
  node run.cjs review/main.ts --plan "$plan" --out "${plan%.json}.md" || status=$?
  [ "$status" -ne 1 ] || exit 1
done
