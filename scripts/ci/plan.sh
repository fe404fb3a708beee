#!/usr/bin/env bash
# Plan each stack without building an image, and write its plan as JSON to
# DIRECTORY/stacks/STACK/plan.json: plan.sh DIRECTORY
# Environment: STACKS, their ids (default: immutable live), and what the stacks need.
set -euo pipefail
if [ $# -ne 1 ]; then
  echo 'plan: expected: plan.sh DIRECTORY' >&2
  exit 2
fi
# shellcheck source=scripts/ci/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
directory=$1

# A role that may only read cannot lock the state, and what is not applied needs no lock.
export TF_CLI_ARGS_plan=-lock=false

for stack in "${stacks[@]}"; do
  nix run .#preview -- "$stack"
  mkdir -p "$directory/stacks/$stack"
  nix develop --command tofu -chdir="cdktf.out/stacks/$stack" show -json plan >"$directory/stacks/$stack/plan.json"
done
