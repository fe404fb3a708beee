#!/usr/bin/env bash
# `npm run check:fresh RELEASE`: both commands of the README on a machine that has nothing
# but their prerequisites: a minimal Debian 12 or 13 in a folder, in namespaces of its own.
#
# What is committed is cloned there. From this machine come the network, how its clients of
# package registries are configured, Go, the AWS provider where one is unpacked, and on
# Debian 12 Terraform; Debian 13 gets none, and so builds OpenTofu. Debian 12 gets Node 22
# of the npm registry, because its own is too old; Debian 13 keeps its own Node 20.
#
# Exit status: 0 both passed; 1 one did not; 2 wrong usage, or no way to run here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

case "$*" in
  12) suite=bookworm ;;
  13) suite=trixie ;;
  *)
    echo "check:fresh: expected a release of Debian, 12 or 13; got: $*" >&2
    exit 2
    ;;
esac
for program in debootstrap git go npm; do
  command -v "$program" >/dev/null || {
    echo "check:fresh: $program is not on PATH; install it (debootstrap is a package of Debian)" >&2
    exit 2
  }
done
if [ "$(id -u)" != 0 ]; then
  echo "check:fresh: namespaces and debootstrap need root; this is $(id -un)" >&2
  exit 2
fi
root=$(mktemp -d /var/tmp/iplz-fresh-XXXXXX)
trap 'rm -rf --one-file-system "$root"' EXIT

# archive LABEL: where this machine has Debian's packages from.
archive() {
  # shellcheck disable=SC2016 # apt's own placeholders
  apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' |
    awk -v label="$1" '$1 == label && !found { print $2; found = 1 }'
}
echo "check:fresh: a minimal Debian $1 in $root …"
if ! debootstrap --variant=minbase "$suite" "$root" "$(archive Debian)" >"$root/debootstrap.out" 2>&1; then
  tail -n 20 "$root/debootstrap.out" >&2
  exit 1
fi
cat >"$root/etc/apt/sources.list" <<LIST
deb $(archive Debian) $suite main
deb $(archive Debian) $suite-updates main
deb $(archive Debian-Security) $suite-security main
LIST
# What is thrown away need not be safe on the disk.
echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io"

# How apt, npm, pip and Go reach their registries from here, and whom this machine trusts.
apt-config dump | grep -E '^Acquire::https?::' >"$root/etc/apt/apt.conf.d/90machine" || true
for file in /etc/hosts /etc/resolv.conf /etc/pip.conf "$HOME/.config/pip/pip.conf" "$HOME/.npmrc" \
  "$(npm config get globalconfig)" "$(go env GOENV)"; do
  [ ! -f "$file" ] || install -D -m 644 "$file" "$root/$file"
done
install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$root/root/machine.crt"
for variable in $(compgen -e |
  grep -iE '^((https?|no|all)_proxy|PIP_(EXTRA_)?INDEX_URL|npm_config_registry|GOPROXY|GOSUMDB|GONOSUMDB|GOPRIVATE)$'); do
  printf 'export %s=%q\n' "$variable" "${!variable}"
done >"$root/root/settings.sh"

# Paths of this machine that appear there, read-only: what no package client could bring.
{
  go env GOROOT
  find -L /opt /usr -maxdepth 8 -type d -path '*/hashicorp/aws/*/linux_*' 2>/dev/null || true
  [ "$suite" = trixie ] || command -v terraform || command -v tofu
} >"$root/root/borrowed"
{
  echo "PATH=$(go env GOROOT)/bin:\$PATH"
  echo export NODE_EXTRA_CA_CERTS=/root/machine.crt # Debian's node trusts whom the system trusts, that of npm does not
} >>"$root/root/settings.sh"

git clone --quiet --no-hardlinks . "$root/root/iplz-deploy"
cp scripts/check-fresh/inside.sh "$root/root/"
# Every process ends with this one, and with the last of them go the mounts.
unshare --mount --pid --ipc --uts --fork --kill-child --propagation private -- scripts/check-fresh/enter.sh "$root"
