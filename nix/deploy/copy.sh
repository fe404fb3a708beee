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
    rm -f "$work/copy.err" "$work/copy.failed"
    # It may outlive this process, and a caller waits for all who hold its output.
    send_missing >/dev/null 2>&1 &
  fi
  await_import || return 1
  copied_bytes=$total_bytes
}

disk_full_help=('Make room: nix-collect-garbage --delete-older-than 14d there, a lower KEEP_GENERATIONS, or a larger volume.'
  'Paths that arrived are kept; the next deployment goes on from there.')

# From this many bytes on, paths go by nix copy: its protocol streams, while
# nix-store --import takes each path whole into memory and hashes it twice. Below,
# an export is faster, since it waits for no answer.
large=64000000

# Runs in the background, while the machine tells how much has arrived.
send_missing() {
  exec 4<&-
  if [ "$total_bytes" -lt "$large" ] || ! has_second_session; then
    nix-store --export "${missing[@]}" 2>"$work/copy.err" >&3
  elif copy_large; then
    nix-store --export >&3
  else
    grep -v '^copying ' "$work/copy.err" >"$work/copy.failed" || :
    echo 'This is no export, and ends the import that waits for one.' >&3
  fi
}

# A further session on the held connection. Without one, ssh must not connect by
# itself: it does not even know where to.
session_options=(-F none -o ProxyCommand=false -o BatchMode=yes)

# Not where MaxSessions is 1, and not where the login shell talks, which is no protocol.
has_second_session() {
  local said
  said=$(cd "$work" && ssh "${session_options[@]}" -o "ControlPath=$id" held true </dev/null 2>/dev/null 3>&-) && [ -z "$said" ]
}

copy_large() {
  local program="sh /run/nixos-deploy/$id/receive"
  [ "$SSH_USER" = root ] || program="sudo -n $program"
  (
    cd "$work"
    NIX_SSHOPTS="${session_options[*]} -o ControlPath=$id" \
      nix --extra-experimental-features nix-command copy --no-check-sigs \
      --to "ssh-ng://held?remote-program=${program// /%20}" "$system" </dev/null 2>copy.err 3>&-
  )
}

await_import() {
  local details=() shown of began
  as_bytes "$total_bytes"
  of=$shown
  printf -v began '%(%T)T' -1
  while next_event held "$forever"; do
    case $event in
      copied) return 0 ;;
      detail) details+=("$words") ;;
      received)
        # An arithmetic expression would run what is no number.
        [[ $words =~ ^[0-9]{1,15}$ ]] || continue
        as_bytes "$((words < total_bytes ? words : total_bytes))"
        say "copied $shown of $of since $began"
        ;;
      import-failed)
        [ ! -e "$work/copy.failed" ] || mapfile -t details <"$work/copy.failed"
        as_bytes "$words"
        case ${details[*]} in
          *'No space left on device'* | *'Disk quota exceeded'* | *'database or disk is full'*)
            fail 13 "disk full on $TARGET_HOST: $shown left in /nix/store" "${details[@]}" "${disk_full_help[@]}"
            ;;
          *'is not valid'* | *'no substituter that can build it'*) [ "$thorough" = 1 ] || return 1 ;;
        esac
        fail 12 "the copy to $TARGET_HOST failed" "${details[@]}" 'Paths that arrived are kept; the next deployment goes on from there.'
        ;;
    esac
  done
  copy_was_cut
}

copy_was_cut() {
  local said=''
  read_ssh_error held
  [ ! -e "$work/copy.err" ] || said=$(grep -m 1 '^error: ' "$work/copy.err") || said=''
  fail 12 "the connection to $TARGET_HOST ended while copying; the machine runs what it ran" \
    "ssh said: ${ssh_error:-nothing}" ${said:+"nix said: $said"} \
    'Paths that arrived are kept; the next deployment goes on from there.'
}
