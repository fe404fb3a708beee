#!/usr/bin/env bash
# Makes a ready stand-in for nixpkgs in a folder.
#
#   assemble.sh OUT
#
# OUT gets the stub's own files, `site-packages/` (the application's Python
# dependencies) and `machine.nix` (where this machine keeps the programs that
# take the place of packages), so that evaluation itself looks at nothing outside.
# Run again, it installs only what is missing. PIP_TARGET_CACHE (a folder) keeps
# the Python packages between runs; without it they go beside OUT.
# Exits with 1 when a program is missing, with 2 for wrong usage.
set -euo pipefail

if [ $# -ne 1 ]; then
  echo 'assemble: expected: assemble.sh OUT' >&2
  exit 2
fi
stub=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$stub/../.." && pwd)
out=$1

mkdir -p "$out"
cp -r "$stub"/{flake.nix,default.nix,version.nix,lib,nixos,pkgs} "$out/"

# The folder's name carries the pins: other pins are other packages.
requirements=$stub/site-packages.txt
pins=$(sha256sum "$requirements" | cut -c1-12)
cache=${PIP_TARGET_CACHE:-$out-site-packages}/$pins
if [ ! -e "$cache/.complete" ]; then
  rm -rf "$cache"
  mkdir -p "$cache"
  # Pure Python wheels only, so that any Python of the machine can run them.
  python3 -m pip install --quiet --root-user-action=ignore --disable-pip-version-check --no-deps --no-compile --require-hashes \
    --only-binary=:all: --platform any --implementation py --abi none --python-version 3.11 \
    --target "$cache/tree" --requirement "$requirements"
  # What pip wrote about the place and time of the installation is no part of a package.
  rm -rf "$cache"/tree/bin "$cache"/tree/*.dist-info/{RECORD,INSTALLER,REQUESTED,direct_url.json}
  touch "$cache/.complete"
fi
rm -rf "$out/site-packages"
cp -r "$cache/tree" "$out/site-packages"

# Where a program is, or null; the machine's own before anything of a user's.
place() {
  local found
  if found=$(PATH=/usr/bin:/usr/sbin:/bin:/usr/local/bin:$PATH command -v "$1"); then
    printf '"%s"' "$found"
  else
    printf null
  fi
}
required() {
  local found
  found=$(place "$1")
  if [ "$found" = null ]; then
    echo "assemble: $1 is not on this machine; run the rehearsal's set-up first" >&2
    exit 1
  fi
  printf '%s' "$found"
}

cat > "$out/machine.nix.new" <<NIX
# Written by assemble.sh: this machine's programs.
{
  bash = $(required bash);
  python = $(required python3);
  node = $(required node);
  npm = $(required npm);
  sshd = $(required sshd);
  shellcheck = $(place shellcheck);
  tofu = $(place tofu);
  terraform = $(place terraform);
  path = "/usr/bin:/usr/sbin:/bin";
  nodeModules = "$project/node_modules";
}
NIX
cmp -s "$out/machine.nix.new" "$out/machine.nix" || cp "$out/machine.nix.new" "$out/machine.nix"
rm "$out/machine.nix.new"
