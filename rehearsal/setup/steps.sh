# shellcheck shell=bash
# How the set-up says what it does, and runs what takes long.

say() { printf 'setup: %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}
digest() { cat "$@" | sha256sum | cut -c1-16; }

# run WHAT COMMAND...: runs a long command quietly; shows its output if it fails.
run() {
  local what=$1 log started=$SECONDS
  shift
  log=$(mktemp)
  say "$what …"
  # Without the lock: nothing that a command leaves running may hold it.
  if ! "$@" >"$log" 2>&1 9>&-; then
    tail -n 40 "$log" >&2
    rm -f "$log"
    fail "$what: failed after $((SECONDS - started)) s (output above). Fix what it names and run this again."
  fi
  rm -f "$log"
  say "$what: done in $((SECONDS - started)) s"
}

# side_by_side PART...: runs functions at once; fails when all have ended and one has failed.
side_by_side() {
  local part jobs=() failed=0
  for part in "$@"; do
    "$part" &
    jobs+=($!)
  done
  for part in "${jobs[@]}"; do wait "$part" || failed=1; done
  return "$failed"
}

# tool NAME FILE: makes a program that the set-up installed available in .tools.
tool() { ln -sfn "$2" ".tools/$1"; }
