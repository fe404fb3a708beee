# shellcheck shell=sh disable=SC2154
# The second connection's end on the host: that it runs at all proves that the new
# system lets new connections in. One line comes from the deployer:
# confirm NONCE, refuse, or follow (change nothing, only watch).
#
# set in front: id mark; then record.sh
LC_ALL=C
PATH=$PATH:/run/wrappers/bin:/run/current-system/sw/bin
export LC_ALL PATH
dir=/run/nixos-deploy/$id
say() { printf '@%s %s\n' "$mark" "$*"; }
# The host has booted a system that it could not be switched to: that is kept now.
confirm_after_reboot() {
  still_open
  target /run/current-system
  [ "$last_result" = rebooting ] && [ "$last_boot" != "$boot_id" ] && [ "$target" = "$last_new" ] || return 0
  sed -e 's/^result=.*/result=confirmed/' -e 's/^code=.*/code=0/' -e "s/^nonce=.*/nonce=$nonce/" "$state/last" >"$state/last.new" &&
    mv "$state/last.new" "$state/last" && say committing "$nonce"
}
say ready
read -r word nonce || exit 1
case $word in
  # mv fails when the time was up first; the events say what happened then.
  confirm) echo "$nonce" >"$dir/nonce" && mv "$dir/pending" "$dir/confirmed" && echo 1<>"$dir/wake" ;;
  refuse) mv "$dir/pending" "$dir/refused" && echo 1<>"$dir/wake" ;;
esac 2>/dev/null
read -r boot_id </proc/sys/kernel/random/boot_id
still_open() {
  read_record
  [ "$last_id" = "$id" ] && record_is_open
}
if [ "$word" = confirm ]; then confirm_after_reboot; fi
# As long as the watchdog lives, and then whoever goes on in its place; also where there is nothing to read.
tries=0
while :; do
  [ ! -e "$dir/events" ] || { read -r watchdog <"$dir/watchdog.pid" && tail -n +1 -f --pid="$watchdog" "$dir/events"; }
  if ! still_open || [ "$last_boot" != "$boot_id" ] || [ "$tries" -ge 1200 ]; then break; fi
  sleep 0.5
  tries=$((tries + 1))
done 2>/dev/null
if [ "$last_id" = "$id" ] && [ -n "$last_code" ] && ! record_is_open; then
  # For whoever could not read that in the events.
  if [ "$last_code" = 0 ]; then say end 0 "$last_nonce"; else say end "$last_code" "$last_result"; fi
else
  target /run/current-system
  say gone "$target"
fi
