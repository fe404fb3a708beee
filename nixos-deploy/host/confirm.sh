# shellcheck shell=sh disable=SC2154
# The second connection's end on the target host: that it runs at all proves
# that the new system lets new connections in. One line comes from the deployer:
# confirm NONCE, refuse, or follow (decide nothing, only watch).
#
# set in front: id mark
LC_ALL=C
PATH=$PATH:/run/wrappers/bin:/run/current-system/sw/bin
export LC_ALL PATH
dir=/run/nixos-deploy/$id
printf '@%s ready\n' "$mark"
if [ ! -e "$dir/events" ]; then
  printf '@%s gone %s\n' "$mark" "$(readlink -f /run/current-system)"
  exit 0
fi
read -r word nonce || exit 1
case $word in
  # mv fails when the time was up first; the events say what happened then.
  confirm) echo "$nonce" >"$dir/nonce" && mv "$dir/pending" "$dir/confirmed" 2>/dev/null && echo 1<>"$dir/wake" ;;
  refuse) mv "$dir/pending" "$dir/refused" 2>/dev/null && echo 1<>"$dir/wake" ;;
esac
read -r watchdog <"$dir/watchdog.pid"
exec tail -n +1 -f --pid="$watchdog" "$dir/events"
