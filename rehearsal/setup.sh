#!/usr/bin/env bash
# Install what this machine lacks, and say so. Does nothing the second time.
#
#   setup.sh           what a rehearsal uses
#   setup.sh --tests   what `npm test` uses: linters and test runners as well
#
# Packages of this project go to node_modules; what other clones can share goes to a cache,
# ${XDG_CACHE_HOME:-~/.cache}/iplz-deploy, under a name that changes with what it is made
# of. `.venv` and `.tools` are links into it. Parts that do not need each other run side by
# side.
#
# Exit status: 0 all is there; 1 something could not be installed (it says what); 2 wrong usage.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case "$*" in
  '') selected=rehearsal ;;
  --tests) selected=tests ;;
  *)
    echo "setup: expected nothing or --tests; got: $*" >&2
    exit 2
    ;;
esac
cache=${XDG_CACHE_HOME:-$HOME/.cache}/iplz-deploy

# shellcheck source=rehearsal/setup/steps.sh
. rehearsal/setup/steps.sh
# shellcheck source=rehearsal/setup/packages.sh
. rehearsal/setup/packages.sh
# shellcheck source=rehearsal/setup/terraform.sh
. rehearsal/setup/terraform.sh
# shellcheck source=rehearsal/setup/linters.sh
. rehearsal/setup/linters.sh

# What needs Debian's packages, after them.
on_debian() {
  debian_packages
  if [ "$selected" = tests ]; then side_by_side python nix_linters; else python; fi
}
python() {
  python_packages
  stub_nixpkgs
}
with_go() {
  terraform_and_providers
  if [ "$selected" = tests ]; then workflow_linter; fi
}

# Two at once would build the same things in the same places.
mkdir -p "$cache" .tools
exec 9>"$cache/lock"
if ! flock --nonblock 9; then
  say 'another set-up is under way; waiting for it (20 minutes at most) …'
  flock --timeout 1200 9 || fail 'it did not end: see what it is doing, then run this again'
fi
side_by_side on_debian node_packages with_go
