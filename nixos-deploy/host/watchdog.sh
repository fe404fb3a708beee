# shellcheck shell=sh disable=SC2034,SC2154,SC3045
# The watchdog. A transient unit of its own on the host: activates the new system,
# waits for the deployer's confirmation, and goes back to the confirmed system if
# none comes. Needs no deployer, no network and no file of the new system to do so.
#
# Confirmation and rollback race for one file, $dir/pending: whoever renames it
# has decided. Only a confirmed system becomes the profile and the boot default,
# so that a reboot before that boots the old one.
#
# It is watched, too: whatever ends it, systemd then starts rollback.sh, by OnFailure
# and OnSuccess; and by a timer, when this neither ends nor decides.
#
#   watchdog OLD
#
# Starts before there is anything to watch, and waits for a word of the agent:
# switch, or boot (make it the boot default, and reboot). The agent's end without
# one is the end of this, too: nothing was changed.
#
# set in front: mark confirm_limit (seconds, 0 = no confirmation awaited) allow_failed_units
#   deadline (seconds until the timer); then activation.sh and what it needs
set -u
old=$1
umask 077
ulimit -c 0
rollback=nixos-deploy-$id-rollback

failed_units() {
  systemctl list-units --all --plain --no-legend --state=failed,auto-restart </dev/null 2>/dev/null |
    while read -r unit _; do printf '%s ' "$unit"; done
}

# Sets `broken`: units that failed since the switch, or are started again and again, and do
# not recover within 20 seconds. Three calm seconds are a recovery.
find_broken() {
  calm=0 tries=0 broken=''
  failed_before=$(cat "$dir/failed-before")
  while [ "$calm" -lt 6 ] && [ "$tries" -lt 40 ]; do
    now=''
    for unit in $(failed_units); do
      case " $failed_before " in *" $unit "*) ;; *) now="$now $unit" ;; esac
    done
    if [ -n "$now" ]; then broken=$now calm=0; else calm=$((calm + 1)); fi
    tries=$((tries + 1))
    sleep 0.5
  done
  [ "$calm" -lt 6 ] || broken=''
}

collect_garbage() {
  # The running and the booted system are roots on NixOS; make sure of it.
  for system in booted-system current-system; do
    [ -e "/nix/var/nix/gcroots/$system" ] || ln -sfn "/run/$system" "/nix/var/nix/gcroots/$system"
  done
  exec 7>>"$run/gc.lock"
  flock -n 7 && nice -n 19 nix-store --gc >/dev/null 2>&1 7>&-
}

end_now() {
  exec 8>&-
  [ "$pruned" = 0 ] || collect_garbage
  exit 0
}

exec 8>>"$run/watchdog.lock"
flock 8
systemd-run --quiet --collect --unit="$rollback" --description="goes back from $next, should that be left open" \
  --on-active="$deadline" --timer-property=AccuracySec=1s --property=OOMScoreAdjust=-900 \
  --setenv=PATH="$PATH" --setenv=LC_ALL=C --setenv=OLD="$old" --setenv=ROLLBACK="$(base64 -w 0 "$dir/rollback")" \
  /bin/sh -c 'printenv ROLLBACK | base64 -d | sh' </dev/null >/dev/null 2>>"$dir/rollback-not-started" 8>&- || {
  echo none 1<>"$dir/ready"
  exit 1
}
echo $$ >"$dir/watchdog.pid"
echo $$ 1<>"$dir/ready"
# Beside what comes until the switch; awaited before that.
failed_units >"$dir/failed-before" 8>&- &
looking=$!
# The agent holds this lock until it has written the mode, or has ended: there is
# no other sign of its end that could not be missed.
exec 7>>"$run/session.lock"
flock 7
exec 7>&-
if [ ! -s "$dir/mode" ]; then
  systemctl stop --no-block "$rollback.timer" >/dev/null 2>&1
  rm -rf "$dir"
  exit 0
fi
read -r mode <"$dir/mode"
# Opened for both ways, a pipe blocks nobody and keeps what was written.
exec 5<>"$dir/wake"

# A /boot of its own is small, and the boot loader copies the new kernel there before it removes
# old ones. Sets `lacking`: what it says where there is too little room, even with fewer generations.
find_room_in_boot() {
  lacking='' separate=''
  while read -r _ place _; do [ "$place" != /boot ] || separate=1; done </proc/self/mounts
  [ -n "$separate" ] || return 0
  needed=1000000
  for file in kernel initrd; do
    [ ! -e "$next/$file" ] || [ "$(readlink -f "$next/$file")" = "$(readlink -f "$old/$file")" ] ||
      needed=$((needed + $(wc -c <"$next/$file")))
  done
  free_in_boot
  [ "$available" -lt "$needed" ] || return 0
  event note "/boot has $available bytes left, and the new system's kernel and initrd take $needed: generations that neither run nor boot are removed"
  keep=1
  prune_generations
  switch_system "$old" boot 60 || return 0
  free_in_boot
  [ "$available" -ge "$needed" ] || lacking="/boot has $available bytes left, and the new system's kernel and initrd take $needed"
}
free_in_boot() { { read -r _ && read -r available; } <<EOT
$(df --output=avail -B1 /boot)
EOT
}
find_room_in_boot
[ -z "$lacking" ] || {
  finish 13 "$lacking"
  end_now
}

# Somebody was ended between the profile and the boot loader: first things first.
find_boot_default
if [ "$mode" = switch ] && [ "$boots" != - ] && [ "$boots" != "$old" ]; then
  event note "the boot loader would start $boots, and not $old, which was confirmed: it is set to that"
  switch_system "$old" boot 60
fi

# What cannot be recorded must not begin: a host that boots again would not know of it.
record switching || {
  finish 14 "the deployment could not be recorded in $state: nothing was switched"
  end_now
}
secrets apply || {
  secrets restore
  secrets forget
  close_with 14 'failed: the secrets could not be put in place' 'the secrets could not be put in place'
  end_now
}

if [ "$mode" = boot ]; then
  event booting
  record rebooting
  if make_default; then
    finish reboot "$old"
    # The lock goes with the reboot: nobody deploys to a host on its way down.
    activate systemctl reboot
    exec sleep 600
  fi
  code=14 problem='the profile or the boot default could not be set'
  undo_default || code=boot-default problem=$default_is_open
  secrets restore
  secrets forget
  close_with "$code" "failed: $problem" "$problem"
  end_now
fi

wait "$looking"
event switching
target /run/current-system
before=$target
switch_system "$next" test 60
status=$?
case $status in 0 | 4) secrets restart || status=4 ;; esac
case $status in
  0) ;;
  4)
    find_broken
    if [ "$allow_failed_units" = 1 ]; then
      event note "units failed, and may:${broken:- none of the system}"
    elif [ -n "$broken" ]; then
      roll_back 14 "units failed:$broken"
      end_now
    else
      event note 'exit status 4 of switch-to-configuration: no unit of the system is broken by this switch (a unit that recovered, or that of a user)'
    fi
    ;;
  75 | 100)
    target /run/current-system
    if [ "$target" = "$before" ]; then
      secrets restore
      secrets restart
      secrets forget
      if [ "$status" = 75 ]; then
        close_with 17 'failed: another switch held the host' 'another switch of the host did not end'
      else
        close_with 18 'failed: the switch needs a reboot' 'switch-to-configuration ended with exit status 100: a different init'
      fi
    else
      roll_back 14 "exit status $status of switch-to-configuration"
    fi
    end_now
    ;;
  124 | 137)
    roll_back 14 "the activation took longer than $activation_timeout s, or was killed"
    end_now
    ;;
  *)
    roll_back 14 "exit status $status of switch-to-configuration"
    end_now
    ;;
esac

if [ "$confirm_limit" = 0 ]; then
  event switched 0
  commit
  end_now
fi
# Made beforehand, so that the confirmation needs no room.
if ! mv "$dir/not-pending" "$dir/pending" || ! event switched "$confirm_limit"; then
  roll_back 16 "nobody can confirm, since $run cannot be written"
  end_now
fi
record 'awaiting confirmation'
timeout "$confirm_limit" sh -c 'read -r _ <&5' 8>&- || :
if [ -e "$dir/confirmed" ] && read -r nonce <"$dir/nonce"; then
  commit
elif mv "$dir/pending" "$dir/expired" 2>/dev/null; then
  roll_back 16 "no confirmation within $confirm_limit s of the switch"
elif [ -e "$dir/refused" ]; then
  roll_back 15 'the health check failed'
elif [ -e "$dir/confirmed" ] && read -r nonce <"$dir/nonce"; then
  # It came at the last moment.
  commit
else
  roll_back 16 "$dir is gone, and with it every way to confirm"
fi
end_now
