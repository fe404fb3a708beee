# shellcheck shell=bash
# `nixos-deploy status`: what runs, what was booted and what would boot, against
# the wanted system.

print_status() {
  local difference=0
  await_facts "$CONNECT_TIMEOUT" || fail 10 "$TARGET_HOST is not reachable within $CONNECT_TIMEOUT s: $reason"
  record_host_keys
  print_system running "${facts[running]}"
  print_system 'would boot' "${facts[profile]}"
  printf '%-11s %s%s\n' booted "${facts[booted]}" "${stale_parts:+ (a reboot would change: ${stale_parts[*]})}"
  [ -z "$TOPLEVEL" ] || printf '%-11s %s\n' wanted "$TOPLEVEL"
  [ -z "${last[result]:-}" ] || print_last
  [ -z "${facts[busy]:-}" ] || printf '%-11s %s\n' 'deploying' "${facts[busy]}"
  return "$difference"
}

print_system() {
  local note=''
  if [ -n "$TOPLEVEL" ] && [ "$2" != "$TOPLEVEL" ]; then
    note=' (not the wanted system)'
    difference=1
  fi
  printf '%-11s %s%s\n' "$1" "$2" "$note"
}

print_last() {
  local result=${last[result]}
  case $result in
    switching | 'awaiting confirmation')
      [ "${last[boot]}" = "${facts[boot-id]}" ] || result="the machine was rebooted while $result, and booted the old system"
      ;;
  esac
  printf '%-11s %s\n            by %s, since %s, from %s to %s\n' 'last time' "$result" \
    "${last[deployer]}" "${last[since]}" "${last[old]}" "${last[new]}"
}
