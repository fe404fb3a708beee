#!/usr/bin/env bash
# Makes a program of these sources: bundle.sh FOLDER writes FOLDER/main.cjs, for `node`, and what runs on hosts beside
# it. Takes esbuild from PATH.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
mkdir -p "$1"
esbuild "$here/main.ts" --bundle --platform=node --target=node20 --log-level=warning --outfile="$1/main.cjs"
cp -r "$here/host" "$1/host"
