# shellcheck shell=bash
# What the target host says about itself, read by a connection of its own.

# Sets the array `facts`; returns 1, and sets ssh_error, when no answer came
# within that many seconds.
read_facts() {
  local deadline
  microseconds
  deadline=$((now + $1 * 1000000))
  facts=() stale_parts=() last=()
  compose facts id
  connect decider $(($1 < 10 ? $1 : 10))
  while next_event decider "$deadline"; do
    case $event in
      stale) stale_parts+=("$words") ;;
      last) last[${words%%=*}]=${words#*=} ;;
      end)
        disconnect decider
        return 0
        ;;
      *) facts[$event]=$words ;;
    esac
  done
  return 1
}

declare -A facts=() last=()
stale_parts=()

# await_facts SECONDS [BOOT-ID]: until the machine answers, and with another boot
# id than that one. Sets `reason` when it does not.
await_facts() {
  local deadline said=''
  microseconds
  deadline=$((now + $1 * 1000000))
  while :; do
    seconds_until "$deadline"
    [ "$remaining" -gt 0 ] || return 1
    if read_facts $((remaining < 15 ? remaining : 15)); then
      [ "${facts[boot-id]-}" != "${2:-}" ] && return 0
      reason='it has not gone down yet'
    else
      explain_refusal decider
    fi
    if [ "$said" != "$reason" ]; then
      say "waiting for $TARGET_HOST: $reason"
      said=$reason
    fi
    sleep 0.5
  done
}
