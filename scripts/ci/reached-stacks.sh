#!/usr/bin/env bash
# Which of the stacks does a change reach? Writes stacks=… to GITHUB_OUTPUT: reached-stacks.sh [BASE]
# A plan of `live` needs AWS for each thing that it has; one of `deployment` needs the state alone. So where `live` is
# configured as in the commit BASE, `deployment` takes its place. Nothing is built for that, and no credentials are used.
# Without BASE, or where one of both cannot be synthesized, all stacks are reached.
# Environment: STACKS, their ids (default: immutable live), and what the stacks need.
set -euo pipefail
if [ $# -gt 1 ]; then
  echo 'reached-stacks: expected: reached-stacks.sh [BASE]' >&2
  exit 2
fi
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=scripts/ci/environment.sh
. "$here/environment.sh"

configuration=cdktf.out/stacks/live/cdk.tf.json
synth_live() { (cd "$1" && rm -f "$configuration" && nix run .#live -- synth && [ -e "$configuration" ]); }

reached=("${stacks[@]}")
if [ -n "${1:-}" ] && [[ " ${stacks[*]} " == *' live '* ]]; then
  base=$(mktemp -d)
  git worktree add --quiet --detach "$base" "$1"
  if synth_live "$base" && synth_live . && cmp --silent "$base/$configuration" "$configuration"; then
    reached=("${stacks[@]/#live/deployment}")
  fi
  git worktree remove --force "$base"
fi
printf 'stacks=%s\n' "${reached[*]}" >>"$GITHUB_OUTPUT"
