# shellcheck shell=bash
# Linters that are built from their sources: no registry of packages has them built.

ACTIONLINT=v1.7.12
DEADNIX=1.3.1
NIXFMT=0.5.3
# What NIXFMT says that it needs.
RUST=1.87

# Debian's packages that cargo is missing for the linters below; none where Rust is as new as they need.
rust_packages() {
  if ! command -v cargo >/dev/null; then
    echo cargo-web # beside Debian's stable Rust a newer one, for what follows the web's pace
  elif ! command -v cc >/dev/null; then
    echo gcc libc6-dev
  fi
}

nix_linters() {
  crate nixfmt_rs "$NIXFMT" nixfmt
  crate deadnix "$DEADNIX" deadnix
}

# crate NAME VERSION PROGRAM
crate() {
  local root=$cache/$3-$2 version
  if [ ! -x "$root/bin/$3" ]; then
    version=$(cargo --version | cut -d' ' -f2)
    printf '%s\n' "$RUST" "$version" | sort --check=quiet --version-sort ||
      fail "cargo is $version, and $1 needs $RUST or later: install a newer Rust (rustup.rs; on Debian 12 and 13 the package cargo-web)"
    run "$1 $2" cargo install --quiet --locked --root "$root" "$1@$2"
  fi
  tool "$3" "$root/bin/$3"
}

workflow_linter() {
  local folder=$cache/actionlint-$ACTIONLINT
  if [ ! -x "$folder/actionlint" ]; then
    command -v go >/dev/null || fail 'no go, which builds actionlint: install Go 1.21 or later (go.dev)'
    run "actionlint $ACTIONLINT" env GOBIN="$folder" go install "github.com/rhysd/actionlint/cmd/actionlint@$ACTIONLINT"
  fi
  tool actionlint "$folder/actionlint"
}
