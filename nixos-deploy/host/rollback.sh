# shellcheck shell=sh disable=SC2034,SC2154,SC3045
# Goes on where the watchdog was ended, whatever ended it. Started by systemd: when
# the watchdog's unit has ended, and by a timer when that neither ends nor decides.
# All that it needs is in systemd's memory, in base64 since a daemon-reload does not keep
# every other character: it is there when /run and the watchdog's folder are not. What it
# does depends on the record alone.
#
# set in front: what activation.sh needs; OLD in the environment
# The shell reads this from a pipe: all of it, before it does anything.
{
set -u
old=$OLD
unset ROLLBACK
umask 077
ulimit -c 0
watchdog=nixos-deploy-$id.service

open_by_us() {
  read_record
  [ "$last_id" = "$id" ] && record_is_open
}

over() {
  systemctl stop --no-block "nixos-deploy-$id-rollback.timer" >/dev/null 2>&1
  exit 0
}

# By the timer, a watchdog that has recorded nothing hangs: it would hold the host for good. But as long as the
# closure is copied, it waits for that.
open_by_us || {
  if [ ! -e "$dir/copied" ] && systemctl --quiet is-active "$watchdog" && ! flock -n "$run/session.lock" true; then
    systemctl restart --no-block "nixos-deploy-$id-rollback.timer"
    exit
  fi
  [ "$last_id" = "$id" ] || systemctl stop "$watchdog" >/dev/null 2>&1
  over
}
# By the timer, the watchdog may be in the midst of going back or of keeping the system: it has its time.
case $last_result in
  committing | 'rolling back')
    find_seconds_up
    until=$((seconds_up + activation_timeout + 30))
    while systemctl --quiet is-active "$watchdog" && [ "$seconds_up" -lt "$until" ]; do
      sleep 1
      find_seconds_up
    done
    open_by_us || over
    ;;
esac
# And a host that goes down does so without us.
if [ "$last_result" = rebooting ] && systemctl --quiet is-active "$watchdog"; then
  sleep 60
fi
systemctl stop "$watchdog" >/dev/null 2>&1
mkdir -p "$dir"
read -r mark 2>/dev/null <"$dir/mark" || mark=unknown
exec 8>>"$run/watchdog.lock"
flock -w 60 8
echo $$ >"$dir/watchdog.pid"
open_by_us || over
nonce=${last_nonce:--}
case $last_result in
  committing) commit ;;
  switching) roll_back 14 'the activation was ended from outside' ;;
  rebooting)
    secrets restore
    secrets forget
    if undo_default; then
      close_with 14 'failed: it was ended before the reboot' 'it was ended before the reboot'
    else
      close_with boot-default "failed: $default_is_open" "$default_is_open"
    fi
    ;;
  *) roll_back 16 'the watchdog was ended from outside' ;;
esac
over
} </dev/null
