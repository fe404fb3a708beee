#!/usr/bin/env bash
# Brings a built NixOS system to a machine, and keeps the machine reachable.
# `nixos-deploy --help` documents variables and exit statuses; the parts are
# beside this file, those that run on the machine itself in target/.
# shellcheck disable=SC2034 # compose reads variables by their names
set -euo pipefail

if [ -z "${BASH_VERSINFO:-}" ] || [ "$((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1]))" -lt 501 ]; then
  echo "nixos-deploy: needs bash 5.1 or newer, got ${BASH_VERSION:-another shell}. Run it through Nix, or install a newer bash." >&2
  exit 2
fi
here=${BASH_SOURCE[0]}
here=$(cd -P "${here%/*}" && pwd)
# shellcheck source=nix/deploy/report.sh
. "$here/report.sh"
# shellcheck source=nix/deploy/settings.sh
. "$here/settings.sh"
# shellcheck source=nix/deploy/host-keys.sh
. "$here/host-keys.sh"
# shellcheck source=nix/deploy/console-keys.sh
. "$here/console-keys.sh"
# shellcheck source=nix/deploy/connection.sh
. "$here/connection.sh"
# shellcheck source=nix/deploy/facts.sh
. "$here/facts.sh"
# shellcheck source=nix/deploy/copy.sh
. "$here/copy.sh"
# shellcheck source=nix/deploy/inhibitors.sh
. "$here/inhibitors.sh"
# shellcheck source=nix/deploy/activation.sh
. "$here/activation.sh"
# shellcheck source=nix/deploy/reboot.sh
. "$here/reboot.sh"
# shellcheck source=nix/deploy/secrets.sh
. "$here/secrets.sh"
# shellcheck source=nix/deploy/status.sh
. "$here/status.sh"

action=deploy
case $#-${1:-} in
  0-) ;;
  1---help | 1--h)
    printf '%s\n' "$(<"$here/help.txt")"
    exit 0
    ;;
  1-status) action=status ;;
  *) fail 2 "unknown arguments: $(printf '%q ' "$@")" 'Values come from the environment: nixos-deploy --help' ;;
esac

# A connection that is gone shows as an error, not by our death. Not ignored: that
# would be inherited by health checks.
trap : PIPE
forever=$((2 ** 62))

# A child that is killed before it has become another program runs this, too, and
# builtins such as [ and return do not work there: hence [[, and no early return.
clean_up() {
  local pid
  if [[ $BASHPID == "$$" ]]; then
    for pid in "${ssh_pids[@]}"; do [ -z "$pid" ] || kill "$pid" 2>/dev/null || :; done
    # Of what else was started, a health check alone has a process group of its own.
    for pid in $(jobs -p); do kill -- "-$pid" 2>/dev/null || :; done
    rm -rf "$work"
  fi
}

interrupted() {
  case ${step_name:-} in
    switch | reboot | health | confirm)
      if [ "$CONFIRM_TIMEOUT" = 0 ] || [ -n "$rebooted" ]; then
        say "interrupted: $TARGET_HOST goes on by itself; see what it runs: nixos-deploy status"
      else
        say "interrupted: unless the confirmation has got through, the machine goes back to $old_system within $((HEALTH_TIMEOUT + CONFIRM_TIMEOUT)) s of the end of the switch"
      fi
      ;;
    *) say 'interrupted' ;;
  esac
  exit "$1"
}

# begin_deployment: opens the held connection, tells it who and what, and waits
# until it answers. Sets old_system, boot_id and profile of the machine, and
# `settled`: is there nothing to do?
begin_deployment() {
  local deadline attempt said='' id_before=$id
  new=$system
  microseconds
  deadline=$((now + CONNECT_TIMEOUT * 1000000))
  for ((attempt = 1; ; attempt++)); do
    id=$id_before-$attempt
    seconds_until "$deadline"
    [ "$remaining" -gt 0 ] || fail $((rebooted ? 19 : 10)) "$TARGET_HOST is not reachable within $CONNECT_TIMEOUT s: ${reason:-no answer}" "ssh said: ${ssh_error:-nothing}"
    compose guard id who since new activation_timeout confirm_limit allow_failed_units keep
    # For between the quotes that compose puts around it.
    guard=$secrets_text$script
    guard=${guard//\'/\'\\\'\'}
    compose agent id who since new guard substitute cache cache_key thorough
    script=$secrets_text$script
    connect held $((remaining < 10 ? remaining : 10))
    await_closure
    # In the background: a list longer than a pipe holds waits for the handshake.
    write held "${#closure}"$'\n'"$closure" &
    if next_event held "$deadline"; then
      break
    fi
    explain_refusal held
    if [ "$said" != "$reason" ]; then
      say "waiting for $TARGET_HOST: $reason"
      said=$reason
    fi
    sleep 0.5
  done
  case $event in
    busy) refuse_busy ;;
    hello) read -r boot_id old_system profile settled <<<"$words" ;;
    *) fail 10 "unexpected answer from $TARGET_HOST: $event $words" ;;
  esac
}

refuse_busy() { fail 17 "another deployment holds $TARGET_HOST: $words; nothing was changed" 'Wait for it to end, and deploy again.'; }

deploy() {
  step connect
  system=$TOPLEVEL
  who=${USER:-$(id -un)}@${HOSTNAME:-unknown}
  who=${who//[!A-Za-z0-9@._-]/}
  printf -v since '%(%Y-%m-%d %H:%M:%S %Z)T' -1
  activation_timeout=$ACTIVATION_TIMEOUT allow_failed_units=$ALLOW_FAILED_UNITS keep=$KEEP_GENERATIONS
  thorough=0 substitute=$SUBSTITUTE_ON_TARGET cache=$BINARY_CACHE cache_key=$BINARY_CACHE_KEY
  confirm_limit=$((CONFIRM_TIMEOUT == 0 ? 0 : HEALTH_TIMEOUT + CONFIRM_TIMEOUT))
  list_closure &
  closure_pid=$!
  begin_deployment
  record_host_keys
  host_key_policy=yes
  if [ "$settled" = yes ]; then
    say "$TARGET_HOST already runs $system"
    return 0
  fi
  step copy
  copy_closure || {
    say 'an interrupted copy had left something behind: once more, asking nix about every path'
    thorough=1
    begin_deployment
    copy_closure
  }
  [ -z "$SECRETS_DIR" ] || exchange_secrets
  step switch
  follow_switch
  if [ "$event" = switched ]; then
    confirm
  else
    read -r outcome outcome_text <<<"$words"
  fi
  if [ "$outcome" = reboot ]; then
    reboot_and_verify
    step health
    is_healthy || revert_by_reboot
    outcome=0
  fi
  conclude
}

# Says how it ended, and exits with the status of that.
conclude() {
  case $outcome in
    0)
      say "confirmed: $TARGET_HOST runs $system"
      print_ledger
      ;;
    14) fail 14 "the activation failed, and $TARGET_HOST is back at $old_system" "$outcome_text" ;;
    15) fail 15 "$outcome_text, and $TARGET_HOST is back at $old_system" ;;
    16) fail 16 "the confirmation did not get through, and $TARGET_HOST is back at $old_system" "$outcome_text" ;;
    18) fail 18 "NixOS does not switch to this system without a reboot: $TARGET_HOST still runs $old_system" "$outcome_text" \
      'Make it the boot default and reboot by hand, or replace the machine.' ;;
    19) fail 19 "$TARGET_HOST is neither at the old nor at the new system for sure" "$outcome_text" "${unknown_state_help[@]}" ;;
    boot-default) fail 19 "$TARGET_HOST runs $old_system, but what it boots is not known" "$outcome_text" ;;
    rolling) fail 19 "$TARGET_HOST was rolling back to $old_system, and cannot be seen since" 'See what runs: nixos-deploy status.' ;;
    committing) fail 19 "the confirmation got through, and $TARGET_HOST cannot be seen since: it makes $system its boot default" 'See what runs: nixos-deploy status.' ;;
    *) fail 16 "$TARGET_HOST cannot be seen: unless the confirmation got through at the last moment, it rolls itself back to $old_system" \
      "See what runs: nixos-deploy status. When nothing helps, reboot it: it boots the system that was confirmed last." ;;
  esac
}

read_settings
work=$(mktemp -d)
microseconds
printf -v id '%x%04x' "$now" "$RANDOM"
trap clean_up EXIT
trap 'interrupted 130' INT
trap 'interrupted 143' TERM
prepare_host_keys
prepare_ssh
case $action in
  deploy)
    prepare_secrets
    deploy
    ;;
  status) print_status ;;
esac
