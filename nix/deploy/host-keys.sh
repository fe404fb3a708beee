# shellcheck shell=bash
# The project's own known_hosts file. Each line's comment names the machine that
# the key belongs to (instance=i-0123…), so that a new machine under an old
# address is told from a stranger.

# Sets `host_name` as ssh writes it in known_hosts.
name_host() {
  host_name=$1
  [ "$2" = 22 ] || host_name="[$1]:$2"
}

# Sets `key_names` and `key_instance` of one line of a known_hosts file.
parse_key_line() {
  local type key comment
  read -r key_names type key comment <<<"$1"
  key_instance=
  [[ " $comment " =~ \ instance=([^ ]+)\  ]] && key_instance=${BASH_REMATCH[1]}
  [[ $type != '' && $key != '' ]]
}

# A line of this host, for another machine than INSTANCE_ID; where keys have to be
# authenticated, also one that does not say whose it is.
is_superseded() {
  parse_key_line "$1" && [[ ,$key_names, == *",$host_name,"* && -n $INSTANCE_ID && $key_instance != "$INSTANCE_ID" ]] &&
    [[ -n $key_instance || $HOST_KEY == console ]]
}

# Copies the project's file to the one of this run, without keys of machines that
# are gone. Sets host_key_policy: a recorded key has to match. Without one, it is
# that of the console, or the first key seen is taken, as HOST_KEY says.
prepare_host_keys() {
  local line host_name
  name_host "$TARGET_HOST" "$SSH_PORT"
  host_key_policy=accept-new
  : >"$work/known_hosts"
  if [ -e "$KNOWN_HOSTS_FILE" ]; then
    while IFS= read -r line || [ -n "$line" ]; do
      if is_superseded "$line"; then
        say "the recorded host key of $host_name was that of ${key_instance:-an unnamed machine}, and this is $INSTANCE_ID: dropped"
        continue
      fi
      parse_key_line "$line" && [[ ,$key_names, == *",$host_name,"* ]] && host_key_policy=yes
      printf '%s\n' "$line" >>"$work/known_hosts"
    done <"$KNOWN_HOSTS_FILE" || fail 11 "cannot read the host keys in $KNOWN_HOSTS_FILE"
  fi
  mapfile -t recorded_keys <"$work/known_hosts"
  key_origin='the recorded one'
  [ "$host_key_policy" = accept-new ] || return 0
  if [ "$HOST_KEY" = console ]; then
    read_console_keys
    for line in "${console_keys[@]}"; do printf '%s %s\n' "$host_name" "$line"; done >>"$work/known_hosts"
    host_key_policy=yes
    key_origin="the one on the console of $INSTANCE_ID"
  else
    say "no host key of $host_name is known: the first one that it shows is taken, unauthenticated (HOST_KEY=first-use)"
  fi
}

# Once the machine has let us in: keeps what ssh has learnt, in the project's
# file. Other deployments may be writing there too, for other hosts.
record_host_keys() {
  local line learnt=() kept=() first_seen=() host_name count=${#recorded_keys[@]} index
  name_host "$TARGET_HOST" "$SSH_PORT"
  mapfile -t -s "$count" learnt <"$work/known_hosts"
  for index in "${!learnt[@]}"; do
    [[ ${learnt[index]} == "$host_name "* && -n $INSTANCE_ID ]] && learnt[index]+=" instance=$INSTANCE_ID"
  done
  [ ${#learnt[@]} -gt 0 ] || needs_instance || return 0
  lock_host_keys
  if [ -e "$KNOWN_HOSTS_FILE" ]; then
    while IFS= read -r line || [ -n "$line" ]; do
      is_superseded "$line" && continue
      if [[ -n $INSTANCE_ID ]] && parse_key_line "$line" && [[ $key_names == "$host_name" && -z $key_instance ]]; then
        line+=" instance=$INSTANCE_ID"
      fi
      kept+=("$line")
    done <"$KNOWN_HOSTS_FILE"
  fi
  for line in "${learnt[@]}"; do
    [[ $'\n'"$(printf '%s\n' "${kept[@]}")"$'\n' != *$'\n'"$line"$'\n'* ]] || continue
    kept+=("$line")
    first_seen+=("${line%% *}")
  done
  { printf '%s\n' "${kept[@]}" >"$KNOWN_HOSTS_FILE.new" && mv -f "$KNOWN_HOSTS_FILE.new" "$KNOWN_HOSTS_FILE"; } ||
    fail 11 "cannot record the host key in $KNOWN_HOSTS_FILE: nothing was changed"
  rmdir "$KNOWN_HOSTS_FILE.lock" 2>/dev/null || :
  for line in "${first_seen[@]}"; do say "first contact: recorded the host key of $line in $KNOWN_HOSTS_FILE"; done
}

# Is there a recorded key of this host that does not say whose it is?
needs_instance() {
  local line
  [ -n "$INSTANCE_ID" ] || return 1
  for line in "${recorded_keys[@]}"; do
    parse_key_line "$line" && [[ $key_names == "$host_name" && -z $key_instance ]] && return 0
  done
  return 1
}

# A directory, because flock is not on every deployer. Held for milliseconds: a
# lock that is still there after 5 s was left by someone who was killed.
lock_host_keys() {
  local try
  for ((try = 0; try < 100; try++)); do
    mkdir "$KNOWN_HOSTS_FILE.lock" 2>/dev/null && return 0
    [ -w "${KNOWN_HOSTS_FILE%/*}/" ] || fail 11 "cannot record the host key: ${KNOWN_HOSTS_FILE%/*} cannot be written. Set KNOWN_HOSTS_FILE to a file in a folder that can."
    sleep 0.05
  done
}

# Fingerprints of the recorded keys of a host, one a line.
recorded_fingerprints() {
  local line
  while IFS= read -r line; do
    if parse_key_line "$line" && [[ ,$key_names, == *",$host_name,"* ]]; then printf '%s\n' "$line"; fi
  done <"$work/known_hosts" | ssh-keygen -lf - 2>/dev/null | while read -r _ fingerprint _; do printf '%s ' "$fingerprint"; done || :
}

# Ends the deployment; the argument is what ssh said.
refuse_host_key() {
  local host_name recorded offered='not shown by ssh' target
  name_host "$TARGET_HOST" "$SSH_PORT"
  target=$host_name
  [[ -n $SSH_JUMP && $1 =~ 'Host key for '([^ ]+)' has changed' ]] && host_name=${BASH_REMATCH[1]}
  recorded=$(recorded_fingerprints)
  [[ $1 =~ (SHA256:[A-Za-z0-9+/]+) ]] && offered=${BASH_REMATCH[1]}
  [ "$host_name" = "$target" ] ||
    fail 11 "the host key of the jump host $host_name is not the recorded one: refused, nothing was changed" \
      "expected: ${recorded:-none}" \
      "offered:  $offered" \
      "Was the jump host replaced? Then forget its key: ssh-keygen -R '$host_name' -f $(printf %q "$KNOWN_HOSTS_FILE")" \
      'If not, someone may be answering in its place.'
  fail 11 "the host key of $host_name is not $key_origin: refused, nothing was changed" \
    "expected: ${recorded:-none}" \
    "offered:  $offered" \
    "Was the machine replaced? Deploy with INSTANCE_ID set to that of the new one (Terraform does), or forget the key:" \
    "  ssh-keygen -R '$host_name' -f $(printf %q "$KNOWN_HOSTS_FILE")" \
    'If not, someone may be answering in its place: compare with the key on its console (aws ec2 get-console-output).' \
    "ssh said: ${1//$'\n'/ }"
}
