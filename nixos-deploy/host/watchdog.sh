# shellcheck shell=sh disable=SC2154
# The watchdog. A transient unit of its own on the target host: activates the
# new system, waits for the deployer's confirmation, and goes back to the system
# that ran before if none comes. Needs no deployer, no network and no file of
# the new system to do so.
#
# Confirmation and rollback race for one file, $dir/pending: whoever renames it
# has decided. Only a confirmed system becomes the profile and the boot default,
# so that a reboot before that boots the old one.
#
#   watchdog OLD
#
# Starts before there is anything to guard, and waits for a word of the agent:
# switch, or boot (make it the boot default, and reboot). The agent's end without
# one is the end of this, too: nothing was changed.
#
# set in front: id mark who since next activation_timeout confirm_limit (seconds,
#   0 = no confirmation awaited) allow_failed_units keep
set -u
old=$1
umask 077
run=/run/nixos-deploy
dir=$run/$id
events=$dir/events
profile=/nix/var/nix/profiles/system
# Outlives a reboot: the next deployment and `status` read it.
state=/var/lib/nixos-deploy
pruned=0

# Each activation line is the machine's own output; each of these is ours. The
# line break in front ends a line that the activation left open.
event() { printf '\n@%s %s\n' "$mark" "$*" >>"$events"; }

record() {
  read -r boot_id </proc/sys/kernel/random/boot_id
  [ -d "$state" ] || mkdir -p "$state"
  printf '%s\n' "result=$1" "deployer=$who" "since=$since" "old=$old" "new=$next" "boot=$boot_id" >"$state/last.new"
  mv "$state/last.new" "$state/last"
}

# Without a process of its own; empty for a link to nowhere.
running() { cd -P /run/current-system && running=$PWD || running= && cd / && unset OLDPWD; }

# Descriptor 8 is the lock: no service and no activation script may inherit it.
activate() { (umask 022 && exec timeout -k 15 "$activation_timeout" "$@") </dev/null >>"$events" 2>&1 5>&- 8>&-; }

finish() {
  event end "$@"
  rm -f /nix/var/nix/gcroots/nixos-deploy
}

# Back to the system that ran before. The checks that NixOS makes before a
# switch are for new systems; the old one has to come back whatever they say.
roll_back() {
  code=$1
  shift
  event rolling-back "$*"
  secrets restore
  NIXOS_NO_CHECK=1 activate "$old/bin/switch-to-configuration" test
  status=$?
  secrets restart
  secrets forget
  running
  [ "$status" != 4 ] || set -- "$*; of the old system units failed: systemctl --failed"
  if [ "$running" = "$old" ] && { [ "$status" = 0 ] || [ "$status" = 4 ]; }; then
    record "rolled back: $*"
    finish "$code" "$*"
  else
    record "rollback failed with exit status $status, after: $*"
    finish 19 "switch-to-configuration test of $old ended with exit status $status"
  fi
  exit 0
}

# Keeps the newest $keep generations, and those that run or were booted: a boot
# menu without the booted system would be a trap. Tells whether any was removed.
prune_generations() {
  numbers=
  for link in "$profile"-*-link; do
    number=${link%-link}
    number=${number##*-}
    case $number in *[!0-9]* | '') ;; *) numbers="$numbers $number" ;; esac
  done
  # shellcheck disable=SC2086 # one number a word
  set -- $numbers
  [ $# -gt "$keep" ] || return 0
  booted=$(readlink -f /run/booted-system)
  for number in $(printf '%s\n' "$@" | sort -rn | tail -n +$((keep + 1))); do
    case $(readlink "$profile-$number-link") in
      "$booted" | "$next") ;;
      *) rm "$profile-$number-link" && pruned=1 ;;
    esac
  done
}

set_profile() { nix-env --profile "$profile" --set "$1" </dev/null >>"$events" 2>&1 5>&- 8>&-; }

make_default() {
  set_profile "$next" && prune_generations && activate "$next/bin/switch-to-configuration" boot
}

undo_default() {
  if [ -e "$before" ]; then
    set_profile "$before" && NIXOS_NO_CHECK=1 activate "$before/bin/switch-to-configuration" boot
  else
    rm -f "$profile"
  fi
}

default_is_open='the profile or the boot default could neither be set nor put back: make room in /boot, and deploy again before it is rebooted'

commit() {
  event committing "$nonce"
  if make_default; then
    secrets commit
    record confirmed
    finish 0 "$nonce"
  elif undo_default; then
    roll_back 14 'the profile or the boot default could not be set'
  else
    roll_back boot-default "$default_is_open"
  fi
}

collect_garbage() {
  # The running and the booted system are roots on NixOS; make sure of it.
  for system in booted-system current-system; do
    [ -e "/nix/var/nix/gcroots/$system" ] || ln -sfn "/run/$system" "/nix/var/nix/gcroots/$system"
  done
  exec 7>>"$run/gc.lock"
  flock -n 7 && nice -n 19 nix-store --gc >/dev/null 2>&1 7>&-
}

exec 8>>"$run/watchdog.lock"
flock 8
echo $$ >"$dir/watchdog.pid"
echo $$ 1<>"$dir/ready"
# The agent holds this lock until it has written the mode, or has ended: there is
# no other sign of its end that could not be missed.
exec 7>>"$run/session.lock"
flock 7
exec 7>&-
if [ ! -s "$dir/mode" ]; then
  rm -rf "$dir"
  exit 0
fi
read -r mode <"$dir/mode"
before=$(readlink -f "$profile" || :)
# Opened for both ways, a pipe blocks nobody and keeps what was written.
exec 5<>"$dir/wake"

secrets apply || {
  secrets restore
  secrets forget
  record 'failed: the secrets could not be put in place'
  finish 14 'the secrets could not be put in place'
  exit 0
}

if [ "$mode" = boot ]; then
  event booting
  if make_default; then
    record rebooting
    finish reboot "$old"
    # The lock goes with the reboot: nobody deploys to a machine on its way down.
    activate systemctl reboot
    exec sleep 600
  fi
  code=14 problem='the profile or the boot default could not be set'
  undo_default || code=boot-default problem=$default_is_open
  secrets restore
  secrets forget
  record "failed: $problem"
  finish "$code" "$problem"
  exit 0
fi

record switching
event switching
activate "$next/bin/switch-to-configuration" test
status=$?
case $status in 0 | 4) secrets restart || status=4 ;; esac
case $status in
  0) ;;
  4) [ "$allow_failed_units" = 1 ] || roll_back 14 'units failed (exit status 4 of switch-to-configuration)' ;;
  100)
    running
    if [ "$running" = "$old" ]; then
      secrets restore
      secrets forget
      record 'failed: the switch needs a reboot'
      finish 18 'switch-to-configuration ended with exit status 100: a different init'
      exit 0
    fi
    roll_back 14 'exit status 100 of switch-to-configuration'
    ;;
  124 | 137) roll_back 14 "the activation took longer than $activation_timeout s" ;;
  *) roll_back 14 "exit status $status of switch-to-configuration" ;;
esac

if [ "$confirm_limit" = 0 ]; then
  event switched 0
  nonce=-
  commit
else
  : >"$dir/pending"
  event switched "$confirm_limit"
  record 'awaiting confirmation'
  timeout "$confirm_limit" sh -c 'read -r _ <&5' 8>&- || :
  if mv "$dir/pending" "$dir/expired" 2>/dev/null; then
    roll_back 16 "no confirmation within $confirm_limit s of the switch"
  elif [ ! -e "$dir/confirmed" ]; then
    roll_back 15 'the health check failed'
  fi
  read -r nonce <"$dir/nonce"
  commit
fi
exec 8>&-
[ "$pruned" = 0 ] || collect_garbage
