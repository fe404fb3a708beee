#!/usr/bin/env bash
# `npm test` as root, whose namespaces the rehearsal needs, with the programs on PATH:
# none of Nix's, because /nix is another one on the rehearsal's sandbox.
set -euo pipefail
# To root's git the checkout is somebody else's.
sudo git config --system --add safe.directory "$PWD"
# sudo has a PATH and a HOME of its own, and rustup's cargo looks for Rust in the latter.
exec sudo env "PATH=$PATH" "RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}" npm test
