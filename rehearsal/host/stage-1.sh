#!/bin/bash
# The stand-in for a host's firmware, boot loader and initrd: PID 1 of new
# namespaces until it becomes the second stage of the system that it boots.
#
#   stage-1.sh NAME ADDRESS ROOT CONSOLE NOTIFY
#
# ROOT is the host's disk, CONSOLE a terminal, NOTIFY a socket that systemd notifies
# of the end of the boot. The cable eth0 is there. Ends with 1 if it cannot boot.
set -euo pipefail
name=$1 address=$2 root=$3 console=$4 notify=$5
exec 0<>"$console" 1>&0 2>&1
trap 'echo "boot failed: line $LINENO of stage-1.sh"' ERR
umask 022

# Of the machine's /etc only what its programs need to run: links, the linker's
# cache, settings of PAM's modules.
BORROWED=(/etc/alternatives /etc/ld.so.cache /etc/security)
DEVICES=(null zero full random urandom tty)

# mount_all FSTAB: every line of it by one process, which wants it in a file. In a path of it, a space is \040.
mount_all() {
  echo "$1" >"${root%/*}/fstab"
  mount --all --fstab "${root%/*}/fstab"
}
target=${root// /\\040}

mount_programs() {
  local entry links=()
  for entry in /bin /sbin /lib /lib32 /lib64 /libx32; do
    [ ! -L "$entry" ] || links+=("$entry")
  done
  cp --no-dereference --remove-destination "${links[@]}" "$root"
  for entry in "${BORROWED[@]}"; do
    if [ -d "$entry" ]; then mkdir -p "$root$entry"; else touch "$root$entry"; fi
  done
  # The machine's, read-only.
  mount_all "$(for entry in /usr "${BORROWED[@]}"; do echo "$entry $target$entry none rbind,ro"; done)"
}

mount_kernel() {
  local device
  # A quarter of a small instance's memory for /run, as on NixOS.
  mount_all "
proc    $target/proc          proc    nosuid,nodev,noexec
sysfs   $target/sys           sysfs   nosuid,nodev,noexec,ro
cgroup2 $target/sys/fs/cgroup cgroup2 nosuid,nodev,noexec
run     $target/run           tmpfs   nosuid,nodev,mode=755,size=128m
dev     $target/dev           tmpfs   nosuid,mode=755"
  mkdir "$root/dev/pts" "$root/dev/shm" "$root/run/host"
  cp --no-dereference /dev/{fd,stdin,stdout,stderr} "$root/dev"
  ln -s pts/ptmx "$root/dev/ptmx"
  touch "${DEVICES[@]/#/$root/dev/}" "$root/dev/console" "$root/run/host/notify"
  mount_all "
$(for device in "${DEVICES[@]}"; do echo "/dev/$device $target/dev/$device none bind"; done)
devpts     $target/dev/pts         devpts nosuid,newinstance,ptmxmode=666,mode=620
shm        $target/dev/shm         tmpfs  nosuid,nodev,mode=1777
${console// /\\040} $target/dev/console     none   bind
${notify// /\\040} $target/run/host/notify none   bind"
}

# Give this boot its id, and keep the host's hands off the machine's kernel. The
# network's settings stay writable: they are those of the host's namespace.
seal_kernel_settings() {
  cat /proc/sys/kernel/random/uuid >/run/host/boot-id
  mount --bind /proc/sys /proc/sys
  mount --bind /run/host/boot-id /proc/sys/kernel/random/boot_id
  mount --bind /proc/sys/net /proc/sys/net
  mount -o remount,bind,ro,nosuid,nodev,noexec /proc/sys
}

# The link addresses are those that network.py gives both ends of the cable.
configure_network() {
  echo 1 >/proc/sys/net/ipv4/conf/eth0/route_localnet
  ip -batch - <<IP
link set lo up
link set eth0 up
addr add $address/32 dev eth0
neigh replace 127.77.255.254 lladdr 02:00:7f:4d:ff:fe nud permanent dev eth0
route add 127.77.0.0/16 dev eth0 table local src $address
IP
}

# What the boot loader starts: its default, else the system profile.
choose_system() {
  if [ -e /boot/default ]; then
    system=$(cat /boot/default)
  else
    system=$(readlink -f /nix/var/nix/profiles/system || :)
  fi
  [ -x "$system/init" ] && return
  echo "boot failed: no system at ${system:-/nix/var/nix/profiles/system}, which /boot/default or the profile names"
  exit 1
}

mount --bind "$root" "$root"
mkdir -p "$root"/{boot,dev,etc,nix,proc,root,run,sys,tmp,usr,var/empty,var/log/journal,var/tmp}
chmod 1777 "$root/tmp" "$root/var/tmp"
chmod 700 "$root/root"
mount_programs
mount_kernel
cd "$root"
mkdir run/machine
pivot_root . run/machine
umount --lazy /run/machine
rmdir /run/machine
# Systemd expects it, and in a container leaves it to whoever made that.
mount --make-rshared /
echo "$name" >/proc/sys/kernel/hostname
configure_network
seal_kernel_settings
choose_system
echo "booting $name at $address: $system"
exec env --ignore-environment PATH="$PATH" LANG=C.UTF-8 TERM=dumb container=rehearsal \
  NOTIFY_SOCKET=/run/host/notify "$system/init"
