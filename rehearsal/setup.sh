#!/usr/bin/env bash
# Install what the rehearsal and the tests need and this machine lacks, and say
# so. Does nothing the second time.
#
# Packages of this project go to node_modules; tools of its own that other clones
# can share go to a cache, ${XDG_CACHE_HOME:-~/.cache}/iplz-deploy, under a name
# that changes with what they are made of.
#
# Exit status: 0 all is there; 1 something could not be installed (it says what).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

ACTIONLINT=v1.7.12
DEADNIX=1.3.1
NIXFMT=0.5.3

cache=${XDG_CACHE_HOME:-$HOME/.cache}/iplz-deploy

say() { printf 'setup: %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}
digest() { cat "$@" | sha256sum | cut -c1-16; }

# run WHAT COMMAND...: runs a long command quietly; shows its output if it fails.
run() {
  local what=$1 log started=$SECONDS
  shift
  log=$(mktemp)
  say "$what …"
  if ! "$@" >"$log" 2>&1 9>&-; then
    tail -n 40 "$log" >&2
    rm -f "$log"
    fail "$what: failed after $((SECONDS - started)) s (output above). Fix what it names and run this again."
  fi
  rm -f "$log"
  say "$what: done in $((SECONDS - started)) s"
}

debian_packages() {
  local missing=()
  command -v dpkg-query >/dev/null ||
    fail 'this is not Debian or Ubuntu, whose packages the rehearsal is made of: run it in a container of one of them. The tests that need no root: npm ci; npx jest --testPathIgnorePatterns root.test'
  for package in age busybox-static curl git graphviz iproute2 nftables nix-bin openssh-client openssh-server \
    python3 python3-venv shellcheck sudo systemd util-linux; do
    dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
      missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  [ "$(id -u)" = 0 ] || fail "not root: install these first: apt-get install --no-install-recommends ${missing[*]}"
  run 'Debian package lists' apt-get update
  run "Debian packages: ${missing[*]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends "${missing[@]}"
}

node_packages() {
  local stamp=node_modules/.iplz-lock
  [ "$(cat "$stamp" 2>/dev/null)" = "$(digest package-lock.json)" ] && return
  run 'npm packages of package-lock.json' npm ci --no-audit --no-fund
  digest package-lock.json >"$stamp"
}

# The emulated cloud, iplz itself, and the Python linters, each at a pinned version.
python_packages() {
  local venv
  venv=$cache/python-$(digest rehearsal/requirements.txt rehearsal/cloud/requirements.txt)
  if [ ! -e "$venv/.complete" ]; then
    rm -rf "$venv"
    mkdir -p "$cache"
    run 'Python environment' /usr/bin/python3 -m venv "$venv"
    run 'Python packages of rehearsal/requirements.txt' "$venv/bin/pip" install --requirement rehearsal/requirements.txt
    touch "$venv/.complete"
  fi
  ln -sfn "$venv" .venv
}

nix_linters() {
  command -v cargo >/dev/null || fail 'no cargo: it builds the Nix formatter and linter; install Rust (rustup.rs)'
  [ -x "$cache/nixfmt-$NIXFMT/bin/nixfmt" ] ||
    run "Nix formatter nixfmt_rs $NIXFMT" cargo install --locked --root "$cache/nixfmt-$NIXFMT" "nixfmt_rs@$NIXFMT"
  [ -x "$cache/deadnix-$DEADNIX/bin/deadnix" ] ||
    run "Nix linter deadnix $DEADNIX" cargo install --locked --root "$cache/deadnix-$DEADNIX" "deadnix@$DEADNIX"
}

actionlint() {
  command -v go >/dev/null || fail 'no go: it builds actionlint and the stand-in null provider; install Go (go.dev)'
  [ -x "$cache/actionlint-$ACTIONLINT/actionlint" ] ||
    run "actionlint $ACTIONLINT" env GOBIN="$cache/actionlint-$ACTIONLINT" \
      go install "github.com/rhysd/actionlint/cmd/actionlint@$ACTIONLINT"
}

# A mirror with the real AWS provider, and the real null provider or, where only
# a registry could give it, the stand-in. Linked, not copied: a provider is 700 MB.
providers() {
  local mirror=$cache/providers platform stamp
  command -v terraform >/dev/null || command -v tofu >/dev/null ||
    fail 'neither terraform nor tofu is on PATH: install one (terraform 1.11 or OpenTofu 1.10, or later)'
  platform=linux_$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
  stamp=$mirror/.complete-$(digest rehearsal/null-provider/* rehearsal/setup.sh)
  [ -e "$stamp" ] && return

  if link_provider aws "$platform"; then
    link_provider null "$platform" ||
      run 'stand-in for the null provider (the real one is not on this machine)' rehearsal/null-provider/build.sh "$mirror"
  else
    run 'providers aws and null from the registry (not on this machine)' download_providers "$mirror" "$platform"
  fi

  # Nothing but the mirror: no init of the rehearsal ever asks a registry.
  cat >"$cache/terraform.rc" <<RC
disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path = "$mirror"
  }
}
RC
  touch "$stamp"
}

# link_provider NAME PLATFORM: takes an unpacked provider from where the system keeps them, if it has one.
link_provider() {
  local found host version
  found=$(find -L /opt /usr -maxdepth 8 -type d -path "*/hashicorp/$1/*/$2" 2>/dev/null | sort -V | tail -n 1)
  [ -n "$found" ] || return 1
  version=$(basename "$(dirname "$found")")
  # Terraform and OpenTofu each look below their own registry's name; both load the same binary.
  for host in registry.terraform.io registry.opentofu.org; do
    mkdir -p "$mirror/$host/hashicorp/$1/$version"
    ln -sfn "$found" "$mirror/$host/hashicorp/$1/$version/$2"
  done
}

download_providers() {
  local directory tool=terraform
  command -v terraform >/dev/null || tool=tofu
  directory=$(mktemp -d)
  echo '{"terraform":{"required_providers":{"aws":{"source":"hashicorp/aws","version":">= 5.100, < 7"},"null":{"source":"hashicorp/null","version":"~> 3.2"}}}}' \
    >"$directory/main.tf.json"
  "$tool" -chdir="$directory" providers mirror -platform="$2" "$1"
  rm -r "$directory"
}

# The application's Python packages as the stub nixpkgs takes them; offline ever after.
stub_nixpkgs() {
  PIP_TARGET_CACHE=$cache/site-packages rehearsal/nixpkgs/assemble.sh "$cache/nixpkgs"
}

# Two at once would build the same things in the same places.
mkdir -p "$cache"
exec 9>"$cache/lock"
if ! flock --nonblock 9; then
  say 'another set-up is under way; waiting for it (20 minutes at most) …'
  flock --timeout 1200 9 || fail 'it did not end: see what it is doing, then run this again'
fi

debian_packages
node_packages
python_packages
nix_linters
actionlint
providers
stub_nixpkgs
