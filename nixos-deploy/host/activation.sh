# shellcheck shell=sh disable=SC2034,SC2154
# Switching, keeping and going back, for the watchdog and for the rollback that
# systemd starts in its place. Functions.
#
# set in front: id who since next activation_timeout keep; then record.sh and the
#   functions of secrets; old and mark by the program
run=/run/nixos-deploy
dir=$run/$id
events=$dir/events
pruned=0
nonce=-
lock_name=/run/nixos/switch-to-configuration.lock

# Each activation line is the host's own output; each of these is ours. The
# line break in front ends a line that the activation left open.
event() { printf '\n@%s %s\n' "$mark" "$*" >>"$events"; } 2>/dev/null

# record RESULT [CODE]
record() {
  read -r boot_id </proc/sys/kernel/random/boot_id
  [ -d "$state" ] || mkdir -p "$state"
  printf '%s\n' "result=$1" "code=${2:-}" "nonce=$nonce" "id=$id" "deployer=$who" "since=$since" "old=$old" "new=$next" \
    "boot=$boot_id" >"$state/last.new" && mv "$state/last.new" "$state/last"
}

# Descriptor 8 is the lock: no service and no activation script may inherit it. What
# cannot be written down is dropped: a full /run must not keep the host from going back.
activate() {
  output=$events
  true >>"$output" || output=/dev/null
  (umask 022 && exec timeout -k 15 "$activation_timeout" "$@") </dev/null >>"$output" 2>&1 5>&- 8>&-
} 2>/dev/null

events_size() { size=$(wc -c <"$events") || size=0; } 2>/dev/null

# switch_system TOPLEVEL ACTION SECONDS: waits for another switch on the host, which NixOS
# knows by its own lock, that long. Returns 75 when that was still there; then this one has
# changed nothing.
switch_system() {
  tries=0
  while :; do
    [ ! -e "$lock_name" ] || flock -n "$lock_name" true || {
      event waiting 'for another switch of the host to end'
      flock -w "$3" "$lock_name" true || return 75
    }
    events_size
    activate "$1/bin/switch-to-configuration" "$2"
    status=$?
    # Another one may have come between.
    [ "$status" != 0 ] || return 0
    tail -c "+$((size + 1))" "$events" 2>/dev/null | grep -q 'Could not acquire lock' || return "$status"
    tries=$((tries + 1))
    [ "$tries" -lt 20 ] || return 75
    sleep 0.5
  done
}

# finish CODE TEXT...
finish() {
  event end "$@"
  rm -f /nix/var/nix/gcroots/nixos-deploy
}

# close_with CODE RESULT TEXT...: the end of a deployment, for those who watch and for later.
close_with() {
  code=$1 result=$2
  shift 2
  record "$result" "$code"
  finish "$code" "$*"
}

# roll_back CODE WHY...: to the system that was confirmed last. The checks that NixOS makes
# before a switch are for new systems; the old one has to come back whatever they say.
roll_back() {
  code=$1
  shift
  event rolling-back "$*"
  record 'rolling back' "$code"
  secrets restore
  export NIXOS_NO_CHECK=1
  find_seconds_up
  began=$seconds_up
  switch_system "$old" test "$activation_timeout"
  status=$?
  find_seconds_up
  # Whatever killed it, or made it fail, may be over: once more, unless it has had all its time.
  case $status in
    0 | 4 | 75) ;;
    *)
      if [ "$((seconds_up - began))" -lt "$activation_timeout" ]; then
        event note "the switch back ended with exit status $status: once more"
        switch_system "$old" test "$activation_timeout"
        status=$?
      fi
      ;;
  esac
  secrets restart
  secrets forget
  target /run/current-system
  [ "$status" != 4 ] || set -- "$*; of the old system units failed: systemctl --failed"
  if [ "$target" = "$old" ] && { [ "$status" = 0 ] || [ "$status" = 4 ]; }; then
    close_with "$code" "rolled back: $*" "$*"
  else
    [ "$status" != 75 ] || status='75: another switch of the host did not end'
    close_with 19 "rollback failed with exit status $status, after: $*" \
      "switch-to-configuration test of $old ended with exit status $status"
  fi
}

# Keeps the newest $keep generations, and those that run or were booted: a boot
# menu without the booted system would be a trap. Notes whether any was removed.
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
      "$booted" | "$next" | "$old") ;;
      *) rm "$profile-$number-link" && pruned=1 ;;
    esac
  done
}

set_profile() { nix-env --profile "$profile" --set "$1" </dev/null >>"$events" 2>&1 5>&- 8>&-; }

make_default() {
  set_profile "$next" && prune_generations && switch_system "$next" boot "$activation_timeout"
}

# A failed generation leaves no link: it would keep its kernel in /boot, where there may be
# no room for that of the next deployment.
undo_default() {
  failed_link=$(readlink "$profile")
  if [ ! -e "$old/bin/switch-to-configuration" ]; then
    rm -f "$profile"
    return
  fi
  set_profile "$old" || return 1
  [ "$old" = "$next" ] || [ "$(readlink "${profile%/*}/$failed_link")" != "$next" ] || rm -f "${profile%/*}/$failed_link"
  NIXOS_NO_CHECK=1
  export NIXOS_NO_CHECK
  switch_system "$old" boot "$activation_timeout"
}

default_is_open='the profile or the boot default could neither be set nor put back: make room in /boot, and deploy again before it is rebooted'

# Recorded already: that a disk is full or read-only since then is no reason to go back.
is_committing() {
  read_record
  [ "$last_id" = "$id" ] && [ "$last_result" = committing ]
}

# Once it is recorded that the system was confirmed, whoever finds that goes on from there.
commit() {
  event committing "$nonce"
  if ! record committing && ! is_committing; then
    roll_back 14 "the confirmation could not be recorded in $state"
  elif make_default; then
    secrets commit
    close_with 0 confirmed "$nonce"
  elif undo_default; then
    roll_back 14 'the profile or the boot default could not be set'
  else
    roll_back boot-default "$default_is_open"
  fi
}
