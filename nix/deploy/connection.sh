# shellcheck shell=bash
# ssh to the target host: one connection that is held, and new ones that prove
# that new ones are let in. On each, one script arrives by standard input and
# talks in lines that begin with "@$id".

# Connections by name; each has a descriptor to write to and one to read from.
declare -A to_host=([held]=3 [decider]=5) from_host=([held]=4 [decider]=6) ssh_pids=()

prepare_ssh() {
  # The first cipher is one that processors have instructions for.
  ssh_options=(
    -T -l "$SSH_USER" -p "$SSH_PORT"
    -o BatchMode=yes -o LogLevel=ERROR -o RequestTTY=no -o RemoteCommand=none
    -o ForwardAgent=no -o ClearAllForwardings=yes -o PermitLocalCommand=no
    -o ControlPersist=no -o Ciphers=^aes128-gcm@openssh.com
    -o ServerAliveInterval=5 -o ServerAliveCountMax=3
    -o UserKnownHostsFile=known_hosts -o GlobalKnownHostsFile=/dev/null
    -o HashKnownHosts=no -o CheckHostIP=no -o UpdateHostKeys=no -o VerifyHostKeyDNS=no
  )
  [ -z "$SSH_IDENTITY_FILE" ] || ssh_options+=(-o IdentitiesOnly=yes -i "$SSH_IDENTITY_FILE")
  [ -z "$SSH_JUMP" ] || ssh_options+=(-o "ProxyCommand=$(jump_command)")
  mkfifo "$work/held.in" "$work/held.out" "$work/decider.in" "$work/decider.out"
}

# Not -J: that would ask and change the user's own known_hosts for the jump host.
jump_command() {
  local command=(ssh -o BatchMode=yes -o LogLevel=ERROR -o UserKnownHostsFile=known_hosts -o GlobalKnownHostsFile=/dev/null
    -o HashKnownHosts=no -o CheckHostIP=no -o UpdateHostKeys=no -o StrictHostKeyChecking=accept-new -o ControlPath=none)
  local host=$SSH_JUMP
  [ -z "$SSH_IDENTITY_FILE" ] || command+=(-o IdentitiesOnly=yes -i "$SSH_IDENTITY_FILE")
  [[ $host != *@* ]] || command+=(-l "${host%%@*}")
  host=${host#*@}
  [[ $host != *:* ]] || command+=(-p "${host##*:}")
  printf '%q ' "${command[@]}"
  printf -- '-W %s %s' '[%h]:%p' "${host%:*}"
}

# Sets `script`: a file of target/ with variables in front. Every value has been
# checked to hold no quote.
compose() {
  local file=$1 name
  shift
  script=
  for name in "$@"; do script+="$name='${!name}'"$'\n'; done
  # Without a fork; the status says that there was no NUL at the end.
  IFS= read -r -d '' name <"$here/target/$file.sh" || :
  script+=$name
}

# connect NAME SECONDS: starts ssh, with `script` to run on the other side as
# root. The script is counted off standard input, so nothing of it has to pass
# through the login shell's quoting, and what follows it is its own input.
connect() {
  local name=$1 LC_ALL=C command
  command="sh -c 'eval \"\$(head -c ${#script})\"'"
  # The held connection can carry a further session; nothing but a new connection proves that new ones are let in.
  local sharing=(-o ControlMaster=no -o ControlPath=none)
  [ "$name" != held ] || sharing=(-o ControlMaster=yes -o "ControlPath=$id")
  [ "$SSH_USER" = root ] || command="sudo -n $command"
  # Whoever still writes to an earlier connection must not reach this one.
  if [ -n "${ssh_pids[$name]:-}" ]; then
    disconnect "$name"
    rm -f "$work/$name.in" "$work/$name.out"
    mkfifo "$work/$name.in" "$work/$name.out"
  fi
  (
    exec 3>&- 4<&- 5>&- 6<&-
    cd "$work"
    exec ssh "${ssh_options[@]}" "${sharing[@]}" -o "StrictHostKeyChecking=$host_key_policy" -o "ConnectTimeout=$2" \
      -- "$TARGET_HOST" "$command" <"$name.in" >"$name.out" 2>"$name.err"
  ) &
  ssh_pids[$name]=$!
  # Opening a pipe waits for its other end, in the order in which ssh opens them.
  case $name in
    held) exec 3>"$work/held.in" 4<"$work/held.out" ;;
    decider) exec 5>"$work/decider.in" 6<"$work/decider.out" ;;
  esac
  write "$name" "$script"
}

# Writing to a connection that has ended is no error: reading tells.
write() { { printf '%s' "$2" >&"${to_host[$1]}"; } 2>/dev/null || :; }

disconnect() {
  case $1 in
    held) exec 3>&- 4<&- ;;
    decider) exec 5>&- 6<&- ;;
  esac
  [ -z "${ssh_pids[$1]:-}" ] || kill "${ssh_pids[$1]}" 2>/dev/null || :
  ssh_pids[$1]=
}

# next_event NAME DEADLINE: sets `event` and `words`, the rest of its line. What
# else the machine says is passed on when `echo_log` is set.
# Returns 1 when the connection has ended, 2 when the time is up.
next_event() {
  local line status timeout
  event='' words=''
  while :; do
    microseconds
    [ "$now" -lt "$2" ] || return 2
    printf -v timeout '%d.%06d' $((($2 - now) / 1000000)) $((($2 - now) % 1000000))
    status=0
    IFS= read -r -t "$timeout" -u "${from_host[$1]}" line 2>/dev/null || status=$?
    [ "$status" -le 128 ] || return 2
    [ "$status" = 0 ] || return 1
    if [[ $line == "@$id "* ]]; then
      read -r _ event words <<<"$line"
      return 0
    fi
    [ -z "${echo_log:-}" ] || [ -z "$line" ] || printf '  | %s\n' "$line" >&2
  done
}

# Sets `ssh_error`: what ssh, or the login shell there, wrote to stderr.
read_ssh_error() {
  ssh_error=$(<"$work/$1.err")
  ssh_error=${ssh_error//$'\r'/}
}

# Ends the deployment when what ssh said is no matter of time; otherwise sets
# `reason`: what is waited for.
explain_refusal() {
  read_ssh_error "$1"
  case $ssh_error in
    *'Host key verification failed'* | *'HOST IDENTIFICATION HAS CHANGED'*)
      [ -n "$rebooted" ] || refuse_host_key "$ssh_error"
      reason='it shows another host key than before its reboot'
      ;;
    *'Bad SSH2'*) fail 10 "ssh does not know AES-GCM: ${ssh_error##*$'\n'}" 'It has to be OpenSSH 8.0 or newer, built with OpenSSL.' ;;
    *'Bad configuration option'*) fail 10 "ssh does not start: ${ssh_error##*$'\n'}" 'See your ssh configuration.' ;;
    *'sudo: '*)
      reason="$SSH_USER cannot become root by 'sudo -n'"
      [ -n "$rebooted" ] || fail 10 "$SSH_USER@$TARGET_HOST cannot become root by 'sudo -n': nothing was changed" "${ssh_error##*$'\n'}" \
        'Let it use sudo without a password (NixOS: security.sudo.wheelNeedsPassword = false), or set SSH_USER=root.'
      ;;
    *'Permission denied'*) reason="it refuses the login of $SSH_USER (is the key right, or the machine still booting?)" ;;
    *'Could not resolve'*) reason='its name does not resolve' ;;
    *'refused'*) reason='nothing listens on its ssh port yet' ;;
    *'timed out'* | *'No route'* | *unreachable*) reason='it does not answer' ;;
    *) reason=${ssh_error##*$'\n'} ;;
  esac
}
