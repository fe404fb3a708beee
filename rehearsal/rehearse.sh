#!/usr/bin/env bash
# `npm run rehearse`: install what is missing, then rehearse (rehearse.ts says how).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ "$(uname -s)" != Linux ] || [ "$(id -u)" != 0 ]; then
  echo "rehearse: the emulated cloud and its hosts need root on Linux for their namespaces; this is $(uname -s) as $(id -un). Run it as root, in a container or a virtual machine if need be." >&2
  exit 2
fi
rehearsal/setup.sh
export PATH=$PWD/.tools:$PATH
exec node run.cjs rehearsal/rehearse.ts "$@"
