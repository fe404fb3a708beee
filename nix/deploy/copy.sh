# shellcheck shell=bash
# What the machine lacks, and only that, over the held connection.

# Lists the closure, with the size of each path, while ssh is still shaking hands.
list_closure() {
  if [ -e "$system" ]; then
    nix --extra-experimental-features nix-command path-info --recursive --size "$system" >"$work/closure"
  else
    # It comes from the target's substituters (settings.sh saw to that).
    printf '%s\n' "$system" >"$work/closure"
  fi
}

# Sets `closure`, one path a line, and `sizes`, bytes by path.
await_closure() {
  local path bytes
  [ -z "${closure:-}" ] || return 0
  wait "$closure_pid" || fail 12 "cannot list the closure of $system: is it complete in this machine's store?"
  closure=''
  while read -r path bytes; do
    closure+=$path$'\n'
    [ -z "$bytes" ] || sizes[$path]=$bytes
  done <"$work/closure"
  closure_count=${#sizes[@]}
}

declare -A sizes=()

# Sets `total_bytes` of the missing paths.
measure_missing() {
  local path
  total_bytes=0
  for path in "${missing[@]}"; do
    [ -n "${sizes[$path]:-}" ] ||
      fail 12 "$path is missing on $TARGET_HOST, its substituters do not have it, and it is not in this machine's store" \
        'Build the system here, or push it to the cache that the machine asks.'
    total_bytes=$((total_bytes + sizes[$path]))
  done
}

# copy_closure: from the agent's list of missing paths to its word that all are
# there. Returns 1 when a path that exists there turned out not to be valid.
copy_closure() {
  local available path shown needed
  while next_event held "$forever"; do
    case $event in
      waiting) say "waiting $words" ;;
      substituting) say "$TARGET_HOST asks its substituters for $words paths" ;;
      missing) break ;;
      *) fail 12 "unexpected answer from $TARGET_HOST: $event $words" ;;
    esac
  done
  [ "$event" = missing ] || copy_was_cut
  available=$words
  missing=()
  while IFS= read -r -u 4 path && [[ $path == /nix/store/* ]]; do missing+=("$path"); done
  [[ $path == *end-of-list ]] || copy_was_cut
  measure_missing
  as_bytes "$total_bytes"
  needed=$shown
  if [ "$total_bytes" -gt "$available" ]; then
    as_bytes "$available"
    fail 13 "disk full: the missing paths take $needed, and $TARGET_HOST has $shown left in /nix/store" "${disk_full_help[@]}"
  fi
  if [ ${#missing[@]} -gt 0 ]; then
    say "copying ${#missing[@]} of $closure_count paths, $needed"
    stream_missing
  fi
  await_import || return 1
  copied_bytes=$total_bytes
}

disk_full_help=('Make room: nix-collect-garbage --delete-older-than 14d there, a lower KEEP_GENERATIONS, or a larger volume.'
  'Paths that arrived are kept; the next deployment goes on from there.')

# A long copy tells how far it is. dd counts, and costs nothing next to ssh.
stream_missing() {
  local reporter=
  if [ "$total_bytes" -lt 16000000 ]; then
    nix-store --export "${missing[@]}" 2>"$work/export.err" >&3 || :
    return
  fi
  report_progress &
  reporter=$!
  nix-store --export "${missing[@]}" 2>"$work/export.err" | dd bs=256k status=progress 2>"$work/progress" >&3 || :
  kill "$reporter" 2>/dev/null || :
}

report_progress() {
  local line began shown of
  exec 3>&- 4<&-
  printf -v began '%(%T)T' -1
  as_bytes "$total_bytes"
  of=$shown
  # The pause is dd's own rhythm times ten.
  # Its output closed, because it outlives this process, and a caller waits for all who hold it.
  while sleep 10 >/dev/null 2>&1; do
    line=$(tail -c 200 "$work/progress") || continue
    line=${line##*$'\r'}
    as_bytes "${line%% *}" 2>/dev/null && say "copied $shown of $of since $began"
  done
}

await_import() {
  local details=() available
  while next_event held "$forever"; do
    case $event in
      copied) return 0 ;;
      detail) details+=("$words") ;;
      import-failed)
        read -r event available <<<"$words"
        [ "$event" != again ] || return 1
        as_bytes "$available"
        [ "$event" != full ] || fail 13 "disk full on $TARGET_HOST: $shown left in /nix/store" "${details[@]}" "${disk_full_help[@]}"
        fail 12 "the copy to $TARGET_HOST failed" "${details[@]}" 'Paths that arrived are kept; the next deployment goes on from there.'
        ;;
    esac
  done
  copy_was_cut
}

copy_was_cut() {
  local said=''
  read_ssh_error held
  [ ! -s "$work/export.err" ] || said=$(tail -n 1 "$work/export.err")
  fail 12 "the connection to $TARGET_HOST ended while copying; the machine runs what it ran" \
    "ssh said: ${ssh_error:-nothing}" ${said:+"nix said: $said"} \
    'Paths that arrived are kept; the next deployment goes on from there.'
}
