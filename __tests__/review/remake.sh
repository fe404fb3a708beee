#!/usr/bin/env bash
# Make plans/*.json again, and the reviews beside them: remake.sh [TOFU]
# Needs what rehearsal/setup.sh installs, and root. TOFU is an OpenTofu program;
# without it the plans of OpenTofu stay as they are.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
rehearsal/setup.sh
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cache=${XDG_CACHE_HOME:-$HOME/.cache}/iplz-deploy
rehearsal/isolate.sh "$directory" node run.cjs __tests__/review/remake.ts "$directory" "$cache" "$@"
__tests__/review/accept.sh
