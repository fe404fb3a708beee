# shellcheck shell=bash
# The way to a system that a running machine must not be switched to: make it the
# boot default, reboot, and see that the machine came back with it.

# Set once the machine has been told to: from then on nothing is unchanged.
rebooted=

reboot_and_verify() {
  step reboot
  say "rebooting $TARGET_HOST"
  disconnect held
  if ! await_facts "$CONNECT_TIMEOUT" "$boot_id"; then
    fail 19 "$TARGET_HOST did not come back within $CONNECT_TIMEOUT s of its reboot: $reason" \
      "It may still be booting $system: nixos-deploy status." \
      'If it does not, choose the older generation in the boot menu on its console (EC2: serial console), or replace the machine.'
  fi
  if [ "${facts[running]}" != "$system" ]; then
    fail 14 "$TARGET_HOST was rebooted, but runs ${facts[running]}, and not $system" \
      'Its boot loader did not take the new default: see the console.'
  fi
}

# The rebooted system is not healthy: back to the old one by the same way.
revert_by_reboot() {
  local failed=$system
  say "going back to $old_system, by another reboot"
  system=$old_system
  closure=$system$'\n' id=$id-back
  secrets_text=${secrets_text/"secrets_verb='apply'"/"secrets_verb='restore'"}
  begin_deployment
  copy_closure
  [ -z "$SECRETS_DIR" ] || exchange_secrets
  follow_switch
  [ "$event $words" = "end reboot $failed" ] || fail 19 "the way back failed: ${words:-no answer}" "${unknown_state_help[@]}"
  reboot_and_verify
  fail 15 'the health check failed after the reboot: rolled back by another'
}
