# shellcheck shell=bash
# What the deployer tells: progress and errors on stderr, results on stdout.

say() { printf 'nixos-deploy: %s\n' "$*" >&2; }

# fail STATUS LINE...
fail() {
  local status=$1
  shift
  say "$1"
  shift
  [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
  exit "$status"
}

# Without a fork, and whatever the locale's decimal separator is.
microseconds() { now=${EPOCHREALTIME//[!0-9]/}; }

# Sets `remaining`: whole seconds left until the deadline (microseconds), at least 0.
seconds_until() {
  microseconds
  remaining=$((($1 - now + 999999) / 1000000))
  [ "$remaining" -gt 0 ] || remaining=0
}

step_names=()
step_lengths=()
# Ends the step that runs and begins the next one; no name: none.
step() {
  microseconds
  if [ -n "${step_name:-}" ]; then
    step_names+=("$step_name")
    step_lengths+=($((now - step_began)))
  fi
  step_name=${1:-}
  step_began=$now
}

# Sets `shown`: microseconds as seconds with two decimals.
as_seconds() {
  local hundredths=$((($1 + 5000) / 10000))
  printf -v shown '%d.%02d s' $((hundredths / 100)) $((hundredths % 100))
}

# Sets `shown`: bytes in the unit that suits them.
as_bytes() {
  if [ "$1" -ge 10000000 ]; then
    shown="$((($1 + 500000) / 1000000)) MB"
  elif [ "$1" -ge 10000 ]; then
    shown="$((($1 + 500) / 1000)) kB"
  else
    shown="$1 B"
  fi
}

# What was copied, how long each step took, what ran before and what runs now.
print_ledger() {
  step
  local index shown sum=0
  as_bytes "$copied_bytes"
  printf 'nixos-deploy: copied %s in %s of %s paths\n' "$shown" "${#missing[@]}" "$closure_count"
  for index in "${!step_names[@]}"; do
    as_seconds "${step_lengths[index]}"
    printf '  %-14s %9s\n' "${step_names[index]}" "$shown"
    sum=$((sum + step_lengths[index]))
  done
  as_seconds "$sum"
  printf '  %-14s %9s\n  old system %s\n  new system %s\n' together "$shown" "$old_system" "$TOPLEVEL"
}
