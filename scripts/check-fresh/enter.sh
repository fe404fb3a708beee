#!/usr/bin/env bash
# Make a folder the root of this mount namespace, and run check-fresh/inside.sh there.
#
#   enter.sh ROOT
#
# For a namespace of its own, which `main.sh` makes. Not a chroot: a process that enters the
# mount namespace of another, as the rehearsal does with its hosts, leaves it.
set -euo pipefail
root=$1

mount --bind "$root" "$root"
for path in /dev /sys; do mount --rbind "$path" "$root$path"; done
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 run "$root/run"
while IFS= read -r path; do
  if [ -d "$path" ]; then mkdir -p "$root$path"; else install -D /dev/null "$root$path"; fi
  mount --bind -o ro "$path" "$root$path"
done <"$root/root/borrowed"

cd "$root"
mkdir .machine
pivot_root . .machine
umount --lazy /.machine
rmdir /.machine
hostname fresh
exec env --ignore-environment --chdir /root HOME=/root LANG=C.UTF-8 TERM=dumb CI=true \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin bash inside.sh
