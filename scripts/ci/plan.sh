#!/usr/bin/env bash
# Plan each stack without building an image: plan.sh DIRECTORY
# Writes the plans as JSON to DIRECTORY/stacks/STACK/plan.json, and to DIRECTORY/plans a line
# for each stack, `STACK DIGEST`: what an approval of the review approves. A deployment whose
# plan depends on changes of `live` is made after these, and follows them: `deployment follows`.
# Environment: STACKS, their ids (default: immutable live), and what the stacks need. `live` is planned with its deployment.
set -euo pipefail
if [ $# -ne 1 ]; then
  echo 'plan: expected: plan.sh DIRECTORY' >&2
  exit 2
fi
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=scripts/ci/environment.sh
. "$here/environment.sh"
directory=$1

# A role that may only read cannot lock the state, and what is not applied needs no lock.
export TF_CLI_ARGS_plan=-lock=false

# keep_plan STACK: its JSON. Sets `digest` and `changes`, their number.
keep_plan() {
  local json=$directory/stacks/$1/plan.json summary
  mkdir -p "$directory/stacks/$1"
  nix develop --command tofu -chdir="cdktf.out/stacks/$1" show -json plan >"$json"
  summary=$(node "$here/plan-digest.cjs" "$json")
  read -r digest changes <<<"$summary"
}

: >"$directory/plans"
for stack in "${stacks[@]}"; do
  rm -f cdktf.out/stacks/*/plan
  nix run .#preview -- "$stack"
  keep_plan "$stack"
  printf '%s %s\n' "$stack" "$digest" >>"$directory/plans"
  [ "$stack" = live ] || continue
  live_changes=$changes
  if [ -e cdktf.out/stacks/deployment/plan ]; then keep_plan deployment; else digest=follows; fi
  [ "$live_changes" = 0 ] || digest=follows
  printf 'deployment %s\n' "$digest" >>"$directory/plans"
done
