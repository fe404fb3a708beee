#!/usr/bin/env bash
# `npm test` as root, whose namespaces the rehearsal needs, with node and OpenTofu of the development shell.
set -euo pipefail
exec sudo --preserve-env=PATH nix develop --command npm test
