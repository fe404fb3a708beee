#!/usr/bin/env bash
# Makes a ready stand-in for nixpkgs in a folder.
#
#   assemble.sh [--systems-only] OUT
#
# OUT gets the stub's own files, `site-packages-run/` and `site-packages-test/` (Python packages
# of the application and of its tests) and `machine.nix` (where this machine keeps the
# programs that take the place of packages, and where this project's node_modules are), so
# that evaluation looks at nothing outside. Run again, it installs only what is missing.
# PIP_TARGET_CACHE, a folder, keeps the Python packages between runs and may be shared by
# several OUT; without it they go beside OUT. With --systems-only there are none of them: systems
# that do not run the application can be built all the same. Exit status: 1 a program is missing or could not
# be installed, 2 wrong usage.
set -euo pipefail

systems_only=
if [ "${1:-}" = --systems-only ]; then
  systems_only=1
  shift
fi
if [ $# -ne 1 ]; then
  echo 'assemble: expected: assemble.sh [--systems-only] OUT' >&2
  exit 2
fi
stub=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$stub/../.." && pwd)
out=$1

mkdir -p "$out"
cp -r "$stub"/{flake.nix,default.nix,version.nix,lib,nixos,pkgs} "$out/"

# python_packages NAME: the packages of NAME.txt, in a folder named after them. Other pins
# are other packages.
python_packages() {
  local requirements=$stub/$1.txt cache python=$project/.venv/bin/python3
  # Debian's python3 may lack pip; the set-up's environment has it.
  [ -x "$python" ] || python=python3
  cache=${PIP_TARGET_CACHE:-$out-python}/$(sha256sum "$requirements" | cut -c1-12)
  if [ ! -e "$cache/.complete" ]; then
    rm -rf "$cache"
    mkdir -p "$cache"
    # Pure Python wheels only, so that any Python of the machine can run them.
    "$python" -m pip install --quiet --root-user-action=ignore --disable-pip-version-check --no-deps --no-compile \
      --require-hashes --only-binary=:all: --platform any --implementation py --abi none --python-version 3.11 \
      --target "$cache/tree" --requirement "$requirements"
    # What pip wrote about the place and time of the installation is no part of a package.
    rm -rf "$cache"/tree/bin "$cache"/tree/*.dist-info/{RECORD,INSTALLER,REQUESTED,direct_url.json}
    touch "$cache/.complete"
  fi
  rm -rf "${out:?}/$1"
  cp -r "$cache/tree" "$out/$1"
}
if [ -z "$systems_only" ]; then
  python_packages site-packages-run
  python_packages site-packages-test
fi

# place PROGRAM [FOLDERS]: where it is, as a Nix string, or null; looked for in FOLDERS first, by
# default in those of the machine's own packages.
place() {
  local found
  if found=$(PATH=${2-/usr/bin:/usr/sbin:/bin:/usr/local/bin:}$PATH command -v "$1"); then
    printf '"%s"' "$found"
  else
    printf null
  fi
}
required() {
  local found
  found=$(place "$@")
  if [ "$found" = null ]; then
    echo "assemble: $1 is not on this machine; run rehearsal/setup.sh first" >&2
    exit 1
  fi
  printf '%s' "$found"
}

# pinned PROGRAM: that of the set-up's Python environment, if it has it: a machine's own may be any.
pinned() {
  local environment=$project/.venv/bin
  if [ -x "$environment/$1" ]; then
    printf '"%s"' "$(realpath "$environment")/$1"
  else
    place "$1"
  fi
}
bash=$(required bash)
python=$(required python3)
# The Node that called us: the machine's packages may have an older one.
node=$(required node '')
npm=$(required npm '')
sshd=$(required sshd)
# Of OpenTofu, or of Terraform in its place; nothing where neither is.
terraform_version=$( (tofu version -json || terraform version -json) 2>/dev/null |
  sed -n 's/.*"terraform_version": *"\([^"]*\)".*/\1/p') || true
cat > "$out/machine.nix" <<NIX
# Written by assemble.sh: this machine's programs and this project's node modules.
{
  aws = $(pinned aws);
  bash = $bash;
  python = $python;
  node = $node;
  npm = $npm;
  sshd = $sshd;
  shellcheck = $(pinned shellcheck);
  tofu = $(place tofu);
  terraform = $(place terraform);
  terraformVersion = "$terraform_version";
  path = "/usr/bin:/usr/sbin:/bin";
  nodeModules = "$project/node_modules";
}
NIX
