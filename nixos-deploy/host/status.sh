# shellcheck shell=sh disable=SC2154
# What runs on the target host, what it booted, what it would boot, and how the
# last deployment ended. Changes nothing.
#
# set in front: mark; then record.sh
LC_ALL=C
PATH=$PATH:/run/wrappers/bin:/run/current-system/sw/bin
export LC_ALL PATH
answer() { printf '@%s status %s=%s\n' "$mark" "$1" "$2"; }
link() {
  target "$1"
  printf %s "$target"
}

read -r boot_id </proc/sys/kernel/random/boot_id
answer running "$(link /run/current-system)"
answer booted "$(link /run/booted-system)"
answer profile "$(link /nix/var/nix/profiles/system)"
find_boot_default
answer boot-default "$boots"
answer boot-id "$boot_id"
for part in kernel initrd kernel-modules; do
  [ "$(link "/run/booted-system/$part")" = "$(link "/run/current-system/$part")" ] || answer stale "$part"
done
if [ -e /run/nixos-deploy/watchdog.lock ] && ! flock -n /run/nixos-deploy/watchdog.lock true && read -r holder </run/nixos-deploy/holder; then
  answer busy "$holder"
fi
if [ -r "$state/last" ]; then
  while IFS='=' read -r key value; do answer "last-$key" "$value"; done <"$state/last"
fi
printf '@%s status-end\n' "$mark"
