# shellcheck shell=bash
# What the machine lacks, and only that, over the held connection.

# Lists the closure and the sizes of its paths, while ssh is still shaking hands.
list_closure() {
  # Not here, so it comes from the target's substituters (settings.sh saw to that).
  if [ ! -e "$system" ]; then
    printf '%s\n' "$system" >"$work/closure"
    return
  fi
  nix-store --query --requisites "$system" >"$work/closure.new" && mv "$work/closure.new" "$work/closure"
}

list_sizes() { [ ! -e "$system" ] || xargs nix-store --query --size <"$work/closure" >"$work/sizes"; }

# Sets `total_bytes` of the missing paths.
measure_missing() {
  local -A size=()
  local path bytes
  total_bytes=0
  [ ${#missing[@]} -gt 0 ] || return 0
  while read -r path <&7 && read -r bytes <&8; do size[$path]=$bytes; done 7<"$work/closure" 8<"$work/sizes"
  for path in "${missing[@]}"; do
    [ -n "${size[$path]:-}" ] ||
      fail 12 "$path is missing on $TARGET_HOST, its substituters do not have it, and it is not in this machine's store" \
        'Build the system here, or push it to the cache that the machine asks.'
    total_bytes=$((total_bytes + size[$path]))
  done
}

# copy_closure: from the agent's list of missing paths to its word that all are there.
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
  [ -z "${sizes_pid:-}" ] || wait "$sizes_pid" || fail 12 "cannot read the sizes of the closure of $system"
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
  await_import
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
  while sleep 10; do
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
