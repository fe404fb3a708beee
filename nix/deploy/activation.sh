# shellcheck shell=bash
# From the switch to its outcome, as the guard on the target host reports it.

# follow_switch: until the guard says that the switch is over. The connection may
# die with it: then another one goes on watching.
follow_switch() {
  local deadline status=0
  microseconds
  # The switch, its rollback, and the time that timeout(1) gives each to end.
  deadline=$((now + (2 * ACTIVATION_TIMEOUT + 60) * 1000000))
  watching=held
  while :; do
    status=0
    echo_log=1 next_event "$watching" "$deadline" || status=$?
    case $status in
      1)
        reconnect_decider "$deadline" follow || break
        watching=decider
        continue
        ;;
      2) break ;;
    esac
    case $event in
      inhibitors) decide_on_inhibitors ;;
      busy) refuse_busy ;;
      not-started) fail 14 "systemd on $TARGET_HOST did not start the activation: nothing was changed" "$words" ;;
      switching) say "switching to $system" ;;
      # Without a confirmation to wait for, the guard goes on by itself.
      switched) [ "$words" = 0 ] || return 0 ;;
      rolling-back) say "rolling back: $words" ;;
      booting) say 'making it the boot default, for a reboot' ;;
      gone)
        [ "$words" = "$old_system" ] ||
          fail 19 "$TARGET_HOST was rebooted during the switch, and runs $words" "${unknown_state_help[@]}"
        event=end words='16 it was rebooted during the switch'
        return 0
        ;;
      end) return 0 ;;
    esac
  done
  fail 19 "the switch on $TARGET_HOST was started, and its outcome cannot be seen" "${unknown_state_help[@]}"
}

unknown_state_help=("See what runs: nixos-deploy status. Unless it says otherwise, the boot default is still the old system:"
  'when the machine does not answer, reboot it (aws ec2 reboot-instances), and it boots that one.'
  'What the activation said: journalctl -u "nixos-deploy-*" and /run/nixos-deploy/*/events there.')

# Opens new connections until one is let in, or the deadline has passed.
reconnect_decider() {
  local word=$2 remaining
  while :; do
    seconds_until "$1"
    [ "$remaining" -gt 0 ] || return 1
    open_decider $((remaining < 10 ? remaining : 10))
    write decider "$word"$'\n'
    if next_event decider "$1" && [ "$event" = ready ]; then
      return 0
    fi
    sleep 0.3
  done
}

open_decider() {
  compose decide id
  connect decider "$1"
}

decide_on_inhibitors() {
  local fields=()
  read -r -a fields <<<"$words"
  compare_inhibitors "${fields[@]}"
  if [ ${#inhibiting[@]} = 0 ]; then
    write held $'switch\n'
  elif [ "$ALLOW_REBOOT" = 1 ]; then
    say "NixOS does not switch a running machine between these, so it will reboot: $(printf '%s; ' "${inhibiting[@]}")"
    rebooted=1
    write held $'boot\n'
  else
    write held $'stop\n'
    fail 18 "NixOS does not switch a running machine to this system, and a reboot is not allowed: nothing was changed" \
      "${inhibiting[@]}" 'Deploy with ALLOW_REBOOT=1 when the machine may reboot.'
  fi
}

# Runs HEALTH_CHECK until it succeeds or its limit has passed. Its last output is
# shown when it failed. A check that hangs is ended with all that it started.
is_healthy() {
  local deadline check timer ended status pause pauses=(0.1 0.5 1)
  [ -n "$HEALTH_CHECK" ] || return 0
  microseconds
  deadline=$((now + HEALTH_TIMEOUT * 1000000))
  while :; do
    seconds_until "$deadline"
    [ "$remaining" -gt 0 ] || break
    # Job control gives the check a process group of its own.
    set -m
    (
      exec 3>&- 4<&- 5>&- 6<&-
      export TARGET_HOST TOPLEVEL
      exec bash -c -- "$HEALTH_CHECK" </dev/null >"$work/health" 2>&1
    ) &
    check=$!
    set +m
    sleep "$remaining" >/dev/null 2>&1 3>&- 4<&- 5>&- 6<&- &
    timer=$!
    status=0
    wait -n -p ended "$check" "$timer" || status=$?
    [ "$ended" = "$check" ] || status=unfinished
    kill "$timer" -- "-$check" 2>/dev/null || :
    [ "$status" != 0 ] || return 0
    pause=${pauses[0]}
    [ ${#pauses[@]} = 1 ] || pauses=("${pauses[@]:1}")
    sleep "$pause"
  done
  say "not healthy within $HEALTH_TIMEOUT s; exit status of the last check: $status; it said:"
  tail -n 5 "$work/health" | while IFS= read -r line; do printf '  | %s\n' "$line"; done >&2
  return 1
}

# Sets outcome (an exit status of ours, or `unknown`) and outcome_text: health
# check, then the word of it over a new connection, whose handshake began as soon
# as the switch was over, so that both take their time together.
confirm() {
  local word=confirm deadline status=0 limit=$((HEALTH_TIMEOUT + CONFIRM_TIMEOUT))
  microseconds
  deadline=$((now + limit * 1000000))
  open_decider 10
  [ -z "$HEALTH_CHECK" ] || step health
  is_healthy || word=refuse
  step confirm
  write decider "$word"$'\n'
  if ! next_event decider "$deadline" || [ "$event" != ready ]; then
    read_ssh_error decider
    say "the new system does not let a new connection in (${ssh_error##*$'\n'}); trying until the machine's limit of $limit s has passed"
    reconnect_decider "$deadline" "$word" || :
  fi
  await_outcome "$deadline"
}

# The guard decides at its deadline at the latest, and then may roll back.
await_outcome() {
  local deadline=$(($1 + (ACTIVATION_TIMEOUT + 30) * 1000000)) status
  outcome=unknown outcome_text=
  while :; do
    status=0
    echo_log=${rolling:-} next_event decider "$deadline" || status=$?
    case $status in
      1)
        seconds_until "$deadline"
        say "the connection to $TARGET_HOST was lost; trying for $remaining s at most to see how it ends"
        reconnect_decider "$deadline" follow || return 0
        ;;
      2) return 0 ;;
    esac
    case $event in
      committing)
        # The boot loader; on a failure that of the old system, and the switch back. Told anew on each connection.
        [ "$outcome" = unknown ] || continue
        outcome=committing
        microseconds
        deadline=$((now + 3 * (ACTIVATION_TIMEOUT + 15) * 1000000))
        ;;
      rolling-back)
        rolling=1 outcome=rolling
        say "the machine rolls back: $words"
        ;;
      gone)
        case $words in
          "$old_system") outcome=16 outcome_text='it was rebooted before the confirmation' ;;
          "$system") outcome=0 ;;
        esac
        return 0
        ;;
      end)
        read -r outcome outcome_text <<<"$words"
        return 0
        ;;
    esac
  done
}
