#!/usr/bin/env bash
# Build the live system of two commits, to compare what they consist of: systems.sh BASE HEAD
# Writes old=PATH and new=PATH to GITHUB_OUTPUT; old only where BASE can still be built, neither where no stack has
# one. Environment: STACKS, their ids (default: immutable live).
set -euo pipefail
if [ $# -ne 2 ]; then
  echo 'systems: expected: systems.sh BASE HEAD (commits)' >&2
  exit 2
fi
case " ${STACKS:-immutable live} " in
  *[[:space:]]live[[:space:]]* | *[[:space:]]deployment[[:space:]]*) ;;
  *) exit 0 ;;
esac
links=$(mktemp -d)

build() {
  nix build --out-link "$links/$1" "git+file://$PWD?rev=$2#live-systems" &&
    printf '%s=%s\n' "$1" "$(readlink "$links/$1")" >>"$GITHUB_OUTPUT"
}

build new "$2"
build old "$1" || echo "::warning::the system of $1 does not build: the review has no package changes"
