#!/usr/bin/env bash
# Run a command in a sandbox: a network with nothing but loopback, its own
# processes, and its own /nix, which is kept in a directory.
#
#   isolate.sh DIR COMMAND [ARGUMENT...]
#
# DIR/nix becomes /nix inside. When COMMAND ends, or this script is killed, the
# kernel ends every process in the sandbox and drops its mounts; nothing is left
# but DIR. Exits with COMMAND's status; 2 for wrong usage or a missing privilege.
set -euo pipefail

if [ "${SANDBOX_STEP:-}" != inside ]; then
  if [ $# -lt 2 ]; then
    echo 'isolate: expected: isolate.sh DIR COMMAND [ARGUMENT...]' >&2
    exit 2
  fi
  if [ "$(uname -s)" != Linux ] || [ "$(id -u)" != 0 ]; then
    echo "isolate: namespaces need root on Linux; this is $(uname -s) as $(id -un). Run it as root, in a container or a virtual machine if need be." >&2
    exit 2
  fi
  mkdir -p "$1/nix" "$1/root"
  # Whoever started this has died: so does the sandbox.
  SANDBOX_STEP=inside exec setpriv --pdeathsig KILL unshare --net --mount --pid --fork --kill-child --propagation private \
    -- "${BASH_SOURCE[0]}" "$(realpath "$1")" "${@:2}"
fi

# Inside. A new root that mirrors the machine's, so that /nix needs no mount
# point on the machine itself.
unset SANDBOX_STEP
sandbox=$1
shift
root=$sandbox/root
mount -t tmpfs -o mode=755 sandbox "$root"
shopt -s dotglob
for entry in /*; do
  name=${entry#/}
  case $name in
    cgroup | nix | proc) continue ;;
  esac
  if [ -L "$entry" ]; then
    cp --no-dereference "$entry" "$root/$name"
  elif [ -d "$entry" ]; then
    mkdir "$root/$name"
    mount --rbind "$entry" "$root/$name"
  fi
done
mkdir "$root/cgroup" "$root/nix" "$root/proc"
# Where simulated hosts have their groups, whatever the machine itself mounts.
mount -t cgroup2 cgroup2 "$root/cgroup"
mount --bind "$sandbox/nix" "$root/nix"
cd "$root"
mkdir -p .machine
pivot_root . .machine
mount -t proc proc /proc
umount --lazy /.machine
rmdir /.machine
cd "$OLDPWD"
ip link set lo up

# The user's own ssh and nix settings have no say here, and stay untouched.
user_ssh=$(getent passwd "$(id -u)" | cut -d: -f6)/.ssh
[ ! -d "$user_ssh" ] || mount -t tmpfs -o mode=700 sandbox "$user_ssh"
export XDG_CACHE_HOME=$sandbox/cache XDG_CONFIG_HOME=$sandbox/config XDG_STATE_HOME=$sandbox/state
export NIX_CONF_DIR=$sandbox/config NIX_REMOTE='' NIX_CONFIG='experimental-features = nix-command flakes
build-users-group =
sandbox = false
substituters =
warn-dirty = false'
exec "$@"
