#!/bin/sh
# Switches a running host to this system.
#
#   switch-to-configuration switch|test|boot|dry-activate
#
# switch and boot also make it the default of the next boot. Exits with 4 when a
# unit failed, as NixOS's own program does, and with 1 for anything else.
set -eu

toplevel=@toplevel@
action=${1:-}
units=/etc/systemd/system

case $action in
  switch | boot | test | dry-activate) ;;
  *)
    echo "usage: switch-to-configuration switch|boot|test|dry-activate; got: ${action:-nothing}" >&2
    exit 1
    ;;
esac

if [ "$action" = switch ] || [ "$action" = boot ]; then
  mkdir -p /boot
  printf '%s\n' "$toplevel" > /boot/default.tmp
  mv -f /boot/default.tmp /boot/default
fi
[ "$action" != boot ] || exit 0

services_of() {
  find -L "$1$units" -maxdepth 1 -name '*.service' -exec basename {} \; 2> /dev/null | sort
}
wanted() {
  [ -e "$toplevel$units/multi-user.target.wants/$1" ]
}

old=$(readlink -f /run/current-system || true)
stop='' restart='' start=''
for unit in $(services_of "$old"); do
  if [ ! -e "$toplevel$units/$unit" ]; then
    stop="$stop $unit"
  elif ! cmp -s "$old$units/$unit" "$toplevel$units/$unit"; then
    if grep -q '^X-RestartIfChanged=false' "$toplevel$units/$unit"; then continue; fi
    restart="$restart $unit"
  fi
done
for unit in $(services_of "$toplevel"); do
  if [ ! -e "$old$units/$unit" ] && wanted "$unit"; then start="$start $unit"; fi
done

if [ "$action" = dry-activate ]; then
  echo "would stop the following units:${stop:- none}"
  echo "would restart the following units:${restart:- none}"
  echo "would start the following units:${start:- none}"
  exit 0
fi

failed=''
manage() {
  verb=$1
  shift
  [ $# -gt 0 ] || return 0
  echo "${verb}ing the following units: $*" | sed 's/^stoping/stopping/' >&2
  for unit in "$@"; do
    systemctl "$verb" "$unit" || failed="$failed $unit"
  done
}

# shellcheck disable=SC2086 # lists of unit names
manage stop $stop
echo 'activating the configuration...' >&2
"$toplevel/activate"
systemctl daemon-reload
# shellcheck disable=SC2086
manage restart $restart
# shellcheck disable=SC2086
manage start $start

for unit in $(services_of "$toplevel"); do
  if [ "$(systemctl is-active "$unit" || true)" = failed ]; then failed="$failed $unit"; fi
done
if [ -n "$failed" ]; then
  echo "warning: the following units failed:$failed" >&2
  exit 4
fi
