# shellcheck shell=bash
# The one place where plaintext is while somebody edits it: a folder in memory, for its
# user alone, that goes however the program ends. The editor's own files (history, swap,
# backups) go with it: its HOME is there, too.

# make_memory: sets `memory`. Whatever ends the program, SIGKILL too, ends the pipe to the
# process that then removes the folder; the lock is the program's alone.
make_memory() {
  local place
  for place in "${XDG_RUNTIME_DIR:-}" /dev/shm; do
    if [ -n "$place" ] && [ -w "$place" ] && [ "$(stat -f -c %T "$place")" = tmpfs ]; then
      memory=$(mktemp -d "$place/secrets.XXXXXXXX")
      mkdir "$memory/home"
      # shellcheck disable=SC2016 # expanded there
      exec {alive}> >(exec setsid bash -c 'trap "" HUP INT TERM; cat; rm -rf -- "$1"' remove "$memory" >/dev/null 2>&1 {lock}>&-)
      return 0
    fi
  done
  fail 2 'nowhere to keep plaintext: neither XDG_RUNTIME_DIR nor /dev/shm is a folder in memory (tmpfs)'
}

# run_editor DRAFT. As git does it, the setting may hold arguments.
run_editor() {
  local home=$memory/home status=0
  # Ctrl-C is the editor's: it must not end this program after a text was saved.
  trap : INT QUIT
  HOME=$home XDG_CONFIG_HOME=$home XDG_DATA_HOME=$home XDG_STATE_HOME=$home XDG_CACHE_HOME=$home TMPDIR=$home \
    sh -c "${VISUAL:-${EDITOR:-vi}} \"\$1\"" editor "$1" {alive}>&- {lock}>&- || status=$?
  trap 'exit 130' INT
  trap - QUIT
  return "$status"
}

# keep_draft DRAFT NAME WHY: what was typed outlives the program, in memory, and it ends.
keep_draft() {
  local kept
  kept=$(mktemp -d "$(dirname "$memory")/secrets-draft.XXXXXXXX")
  mv "$1" "$kept/$2"
  fail 1 "$3" \
    "What you typed is in $kept/$2, in memory alone: until you remove it, or this machine restarts." \
    "To take it up again:  EDITOR='cp $kept/$2' npm run secrets -- edit $2" \
    "Then remove it:       rm -r $kept"
}
