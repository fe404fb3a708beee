# shellcheck shell=bash
# Terraform or OpenTofu, and a mirror of the providers.

OPENTOFU=v1.12.6

terraform_and_providers() {
  terraform_program
  providers
}

# The machine's own, or OpenTofu built from its Go module.
terraform_program() {
  command -v terraform >/dev/null && return
  command -v tofu >/dev/null && return
  if [ ! -x "$cache/opentofu-$OPENTOFU/tofu" ]; then
    command -v go >/dev/null ||
      fail 'neither terraform nor tofu is on PATH, nor is go, which could build OpenTofu: install one of the three (Terraform 1.11 or OpenTofu 1.10 or later, from opentofu.org; Go 1.21 or later, from go.dev)'
    run "OpenTofu $OPENTOFU (neither terraform nor tofu is on this machine)" build_opentofu
  fi
  tool tofu "$cache/opentofu-$OPENTOFU/tofu"
}

# `go install MODULE@VERSION` refuses a module that replaces one of its own requirements, as this
# one does. Built as the main module its replacements apply, and its go.sum checks all of it. Left
# out are the state backends and key providers of other services: no rehearsal has them, and to
# compile them takes long.
build_opentofu() {
  local module sources=$cache/opentofu-$OPENTOFU/sources
  local backends='azure|azurerm|consul|cos|gcs|kubernetes|oss|pg' keys='aws_kms|azure_vault|gcp_kms|openbao'
  module=$(go mod download -json "github.com/opentofu/opentofu@$OPENTOFU")
  rm -rf "$sources"
  mkdir -p "$sources"
  cp -r --no-preserve=mode "$(node -p 'JSON.parse(fs.readFileSync(0, "utf8")).Dir' <<<"$module")/." "$sources"
  sed -E -i "/\/remote-state\/($backends)\"$/d; /^\s*\"($backends)\":/d" "$sources/internal/backend/init/init.go"
  sed -E -i "/\/keyprovider\/($keys)\"$/d; /($keys)\.New/,+2d" "$sources/internal/encryption/default_registry.go"
  # Less to compute: nothing for debuggers, and garbage is collected when there is much.
  GOGC=400 GOMEMLIMIT=1500MiB CGO_ENABLED=0 go build -C "$sources" -mod=readonly -trimpath \
    -gcflags=all=-dwarf=false -ldflags='-s -w' \
    -o "$cache/opentofu-$OPENTOFU/tofu" ./cmd/tofu
  rm -r "$sources"
}

# A mirror with the real AWS provider, and the real null provider or, where only
# a registry could give it, the stand-in. Linked, not copied: a provider is 700 MB.
providers() {
  local mirror=$cache/providers platform stamp
  platform=linux_$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
  stamp=$mirror/.complete-$(digest rehearsal/null-provider/* rehearsal/setup/terraform.sh)
  [ -e "$stamp" ] && return

  if link_provider aws "$platform"; then
    link_provider null "$platform" || null_stand_in "$mirror"
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

null_stand_in() {
  command -v go >/dev/null ||
    fail 'the null provider is not on this machine, and no go to build its stand-in: install Go 1.21 or later (go.dev)'
  run 'stand-in for the null provider (the real one is not on this machine)' rehearsal/null-provider/build.sh "$1"
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
