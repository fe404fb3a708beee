#!/usr/bin/env bash
# Build the stand-in for hashicorp/null into a filesystem mirror.
#
#   build.sh OUT
#
# OUT gets the layout that Terraform and OpenTofu look for, each under its own
# registry's name. Fetches the Go modules of go.sum. Exit status 2: wrong usage.
set -euo pipefail

if [ $# != 1 ]; then
  echo 'build: expected: build.sh OUT' >&2
  exit 2
fi
version=3.2.4
mkdir -p "$1"
out=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")"
platform=$(go env GOOS)_$(go env GOARCH)
folder=hashicorp/null/$version/$platform

# Not optimized: it builds faster, and what it does takes no time.
CGO_ENABLED=0 go build -mod=readonly -trimpath -gcflags='all=-N -l' -ldflags='-s -w' \
  -o "$out/registry.terraform.io/$folder/terraform-provider-null_v${version}_x5" .
mkdir -p "$out/registry.opentofu.org/${folder%/*}"
ln -sfn "../../../../registry.terraform.io/$folder" "$out/registry.opentofu.org/$folder"
