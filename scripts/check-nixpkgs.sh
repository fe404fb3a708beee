#!/usr/bin/env bash
# `npm run check:nixpkgs`: what the flake means on a real nixpkgs, from evaluation alone.
#
#   - every output for every system evaluates, with no warning and no trace
#   - so does every output of a project of the template
#   - systems and images are as app/nix/specification.nix says
#   - the Python of the VM tests passes the checks of nixpkgs' own test driver
#
# Environment:
#   NIXPKGS  a nixpkgs tree (a folder) in place of both locked inputs
#   NIX      the nix command, 2.18 or newer; default: nix
#
# Exit status: 0 all of it holds; 1 something does not; 2 wrong usage; 77 not run, with the reason.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

NIX=${NIX:-nix}
OLDEST_NIX=2.18
cache=${XDG_CACHE_HOME:-$HOME/.cache}/iplz-deploy

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
project=$work/project
failures=0

not_run() {
  echo "not run: $*" >&2
  exit 77
}

fail() {
  echo "check:nixpkgs: $*" >&2
  failures=$((failures + 1))
}

require_nix() {
  local version
  version=$("$NIX" --version 2>/dev/null) || not_run "no nix here: '$NIX' does not run. Set NIX, or install Nix $OLDEST_NIX or newer."
  version=${version##* }
  [ "$(printf '%s\n' "$OLDEST_NIX" "$version" | sort --version-sort | head -n 1)" = "$OLDEST_NIX" ] ||
    not_run "no nix here that evaluates nixpkgs: $NIX is $version, and $OLDEST_NIX or newer is needed. Set NIX to one."
}

# Where there is no /nix, none is made: evaluation gets a store of its own in the cache.
own_store=()
store_root=
if [ ! -d /nix/store ]; then
  store_root=$cache/nixpkgs-store
  own_store=(--store "local?root=$store_root")
fi

# evaluate COMMAND...: a nix command that prints nothing but warnings, traces and errors on stderr,
# each time. Nothing is built on the way to a value, or other systems could not be evaluated here.
evaluate() {
  "$NIX" --extra-experimental-features 'nix-command flakes' --quiet "${own_store[@]}" \
    --option eval-cache false --option allow-import-from-derivation false --option build-users-group '' \
    --option flake-registry '' --option warn-dirty false "$@"
}

# The project as git knows it, so that node_modules and the like stay out of the store.
copy_project() {
  mkdir "$project"
  git ls-files -z --cached --others --exclude-standard |
    while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done |
    xargs -0 cp --parents --no-dereference --target-directory "$project"
}

# Sets `nixpkgs`, the tree, and `stored`, its store path: that of NIXPKGS, which the copy's lock file then names, or the locked one.
get_nixpkgs() {
  if [ -n "${NIXPKGS:-}" ]; then
    if [ ! -f "$NIXPKGS/nixos/lib/eval-config.nix" ]; then
      echo "check:nixpkgs: NIXPKGS must be a folder with nixpkgs, got: $NIXPKGS (no nixos/lib/eval-config.nix in it)" >&2
      exit 2
    fi
    nixpkgs=$(realpath "$NIXPKGS")
    echo "nixpkgs: $nixpkgs"
    stored=$(evaluate eval --impure --raw --expr "(builtins.fetchTree { type = \"path\"; path = \"$nixpkgs\"; }).outPath")
    evaluate flake lock --override-input nixpkgs "path:$stored" --override-input nixpkgs-bootstrap "path:$stored" \
      "path:$project" 2>"$work/lock.err" || {
      cat "$work/lock.err" >&2
      exit 1
    }
    return
  fi

  # shellcheck disable=SC2016 # the names are Nix's
  local fetched='name: (builtins.fetchTree (builtins.fromJSON (builtins.readFile '$project'/flake.lock)).nodes.${name}.locked).outPath'
  if ! nixpkgs=$(evaluate eval --impure --raw --option download-attempts 1 --option connect-timeout 15 \
    --expr "builtins.head (map ($fetched) [ \"nixpkgs\" \"nixpkgs-bootstrap\" ])" 2>"$work/fetch.err"); then
    if grep -q 'unable to download' "$work/fetch.err"; then
      not_run "no nixpkgs here: $(grep -m 1 -o 'unable to download.*' "$work/fetch.err"). Set NIXPKGS to a folder with one."
    fi
    cat "$work/fetch.err" >&2
    exit 1
  fi
  stored=$nixpkgs
  nixpkgs=$store_root$nixpkgs
  echo "nixpkgs: as flake.lock pins it"
}

# silent WHAT COMMAND...: it must succeed and leave stderr empty.
silent() {
  local what=$1
  shift
  if ! "$@" >"$work/out" 2>"$work/err"; then
    cat "$work/err" >&2
    fail "$what: does not evaluate (above)"
  elif [ -s "$work/err" ]; then
    cat "$work/err" >&2
    fail "$what: warnings or traces (above), where none may be"
  else
    return 0
  fi
  return 1
}

flake_file() {
  echo "import $project/nix/specification/$1 { flake = builtins.getFlake \"path:$project\"; $2 }"
}

check_outputs() {
  echo '── every output, for every system'
  silent 'nix flake check' evaluate flake check --no-build --all-systems "path:$project" || return 0
  silent 'nix flake show' evaluate flake show --json --all-systems "path:$project" || return 0
  echo "   ok     $(grep -o '"type"' "$work/out" | wc -l) outputs, no warning"
}

# A project as `nix flake init` makes it, with this one as its input.
check_template() {
  echo '── every output of a project of the template'
  cp -r "$project/template" "$work/template"
  evaluate flake lock --override-input nixpkgs "path:$stored" --override-input iplz-deploy "path:$project" \
    --override-input iplz-deploy/nixpkgs-bootstrap "path:$stored" "path:$work/template" 2>"$work/lock.err" || {
    cat "$work/lock.err" >&2
    fail 'template: its inputs cannot be locked (above)'
    return
  }
  silent "the template's nix flake check" evaluate flake check --no-build --all-systems "path:$work/template" || return 0
  echo '   ok     its flake check, no warning'
}

check_specification() {
  echo '── systems and images'
  silent 'systems and images' evaluate eval --impure --write-to "$work/comparison" --expr "$(flake_file compare.nix "specification = import $project/app/nix/specification.nix;")" || return 0
  cat "$work/comparison/report"
  [ ! -s "$work/comparison/wrong" ] ||
    fail "not as app/nix/specification.nix says:"$'\n'"$(cat "$work/comparison/wrong")"
}

# The driver's checkers in that nixpkgs' own versions. Sets `checkers`, a Python environment.
install_checkers() {
  local requirements=$1
  checkers=$cache/test-driver-$(sha256sum <"$requirements" | cut -c1-16)
  [ -e "$checkers/.complete" ] && return
  rm -rf "$checkers"
  if ! { python3 -m venv "$checkers" && "$checkers/bin/pip" install --quiet --disable-pip-version-check \
    typing_extensions --requirement "$requirements"; } >"$work/pip.log" 2>&1; then
    cat "$work/pip.log" >&2
    return 1
  fi
  touch "$checkers/.complete"
}

# check_test_script FOLDER: what the driver's build does before it keeps the script, in FOLDER.
check_test_script() {
  cd "$1"
  ln -s "$nixpkgs/nixos/lib/test-driver/src/test_driver" .
  sed "/^ *cp /,\$d; s|\"/nix/store/[^\"]*-test-script-prepend.py\"|$nixpkgs/nixos/lib/test-script-prepend.py|" \
    buildCommand >commands
  grep -Eq '^ *(ty|mypy) ' commands || {
    echo "the test driver of this nixpkgs has no type check that is known here: see its nixos/lib/testing/driver.nix"
    return 1
  }
  env -i PATH="$checkers/bin:$PATH" VIRTUAL_ENV="$checkers" HOME="$1" out="$1/out" \
    testScript="$(cat testScript)" bash -euo pipefail commands
}

check_test_scripts() {
  echo '── the Python of the VM tests'
  silent 'VM tests' evaluate eval --impure --write-to "$work/scripts" --expr "$(flake_file test-scripts.nix "")" || return 0
  if ! install_checkers "$work/scripts/requirements"; then
    fail "the checkers of the test driver cannot be installed (above): $(tr '\n' ' ' <"$work/scripts/requirements")"
    return
  fi
  chmod -R u+w "$work/scripts"
  local folder
  for folder in "$work"/scripts/tests/*; do
    if (check_test_script "$folder") >"$work/out" 2>&1; then
      echo "   ok     ${folder##*/}"
    else
      cat "$work/out" >&2
      fail "${folder##*/}: its Python does not pass the checks of nixpkgs' test driver (above)"
    fi
  done
}

require_nix
copy_project
get_nixpkgs
check_outputs
check_template
check_specification
check_test_scripts
if [ "$failures" -gt 0 ]; then
  echo "check:nixpkgs: $failures of 4 checks or of their parts failed" >&2
  exit 1
fi
echo 'all as specified'
