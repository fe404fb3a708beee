#!/usr/bin/env bash
# Review the plans that plan.sh left in DIRECTORY: review.sh DIRECTORY FILE [OLD NEW]
# Writes the review to FILE and to the job's summary, and status=0|2|3|4 to
# GITHUB_OUTPUT. Fails only if there is no review. What reviews is the project that
# this script is in, wherever it is called.
set -euo pipefail
if [ $# -ne 2 ] && [ $# -ne 4 ]; then
  echo 'review: expected: review.sh DIRECTORY FILE [OLD NEW]' >&2
  exit 2
fi
directory=$(realpath "$1")
file=$(realpath "$2")
options=(--out "$file")
for plan in "$directory"/stacks/*/plan.json; do
  options+=(--plan "$plan")
done
# One of the two systems may not have been built.
if [ -n "${3:-}" ] && [ -n "${4:-}" ]; then
  options+=(--closure "$3" "$4")
fi

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# The review is bundled by the project's own esbuild.
[ -d node_modules ] || nix develop --command npm ci --ignore-scripts --no-audit --no-fund

status=0
nix develop --command npm run --silent review -- "${options[@]}" || status=$?
case $status in
  0 | 2 | 3 | 4) ;;
  *) exit 1 ;;
esac
cat "$file" >>"$GITHUB_STEP_SUMMARY"
printf 'status=%s\n' "$status" >>"$GITHUB_OUTPUT"
