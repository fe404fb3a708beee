# shellcheck shell=bash
# Reads and checks the environment. Every problem is reported in one go.

problems=()

# problem NAME EXPECTED [HOW-TO-FIX]
problem() {
  local value
  printf -v value '%q' "${!1}"
  problems+=("$1 must be $2; got: ${value}${3:+. $3}")
}

# must_match NAME PATTERN EXPECTED [HOW-TO-FIX]; an empty value is left to its default.
must_match() {
  # Letters are ASCII letters, in every locale.
  local LC_ALL=C
  [[ -z ${!1} || ${!1} =~ ^($2)$ ]] || problem "$1" "$3" "${4:-}"
}

# must_be_number NAME LEAST MOST
must_be_number() {
  if ! [[ ${!1} =~ ^(0|[1-9][0-9]{0,5})$ ]] || ((${!1} < $2 || ${!1} > $3)); then
    problem "$1" "a whole number from $2 to $3"
  fi
}

read_settings() {
  local name
  TARGET_HOST=${TARGET_HOST:-} TOPLEVEL=${TOPLEVEL:-} INSTANCE_ID=${INSTANCE_ID:-}
  SSH_USER=${SSH_USER:-root} SSH_PORT=${SSH_PORT:-22} SSH_IDENTITY_FILE=${SSH_IDENTITY_FILE:-} SSH_JUMP=${SSH_JUMP:-}
  KNOWN_HOSTS_FILE=${KNOWN_HOSTS_FILE:-known_hosts} HOST_KEY=${HOST_KEY:-}
  # A machine with an identity can be asked for its key; one that is only an address cannot.
  [ -n "$HOST_KEY" ] || HOST_KEY=${INSTANCE_ID:+console}
  HOST_KEY=${HOST_KEY:-first-use}
  HEALTH_CHECK=${HEALTH_CHECK:-} CONNECT_TIMEOUT=${CONNECT_TIMEOUT:-300} ACTIVATION_TIMEOUT=${ACTIVATION_TIMEOUT:-600}
  HEALTH_TIMEOUT=${HEALTH_TIMEOUT:-60} CONFIRM_TIMEOUT=${CONFIRM_TIMEOUT:-30} KEEP_GENERATIONS=${KEEP_GENERATIONS:-5}
  BINARY_CACHE=${BINARY_CACHE:-} BINARY_CACHE_KEY=${BINARY_CACHE_KEY:-}
  SUBSTITUTE_ON_TARGET=${SUBSTITUTE_ON_TARGET:-0} ALLOW_FAILED_UNITS=${ALLOW_FAILED_UNITS:-0} ALLOW_REBOOT=${ALLOW_REBOOT:-0}

  [ -n "$TARGET_HOST" ] || problem TARGET_HOST 'the address or name of the machine'
  [ -n "$TOPLEVEL" ] || [ "$action" = status ] ||
    problem TOPLEVEL 'the store path of a NixOS system' 'Build one: nix build …#nixosConfigurations.NAME.config.system.build.toplevel'
  must_match TARGET_HOST '[A-Za-z0-9:_][A-Za-z0-9:._-]*' 'an address or a host name'
  must_match TOPLEVEL '/nix/store/[0-9a-z]{32}-[A-Za-z0-9+._?=-]+' 'a store path, /nix/store/HASH-NAME'
  must_match INSTANCE_ID '[A-Za-z0-9][A-Za-z0-9._:-]*' 'an identifier such as i-0123456789abcdef0'
  must_match SSH_USER '[A-Za-z0-9_][A-Za-z0-9._-]*' 'a user name'
  must_match SSH_JUMP '([A-Za-z0-9_][A-Za-z0-9._-]*@)?[A-Za-z0-9_][A-Za-z0-9._-]*(:[0-9]{1,5})?' '[user@]host[:port]'
  # Not quoted: what prints this is kept in logs.
  if [[ $BINARY_CACHE =~ ^[^/]*//[^/?]*@ ]]; then
    problems+=("BINARY_CACHE must be a URL without user and password; got one with them. Let the target's netrc-file have them")
  else
    must_match BINARY_CACHE '(https?|s3|file)://[A-Za-z0-9][][A-Za-z0-9./:_?&=%~@+-]*|file:///[A-Za-z0-9./_-]*' 'the URL of a binary cache'
  fi
  must_match BINARY_CACHE_KEY '[A-Za-z0-9._-]+:[A-Za-z0-9+/=]+' 'a public key, NAME:BASE64'
  # ssh expands these itself.
  must_match SSH_IDENTITY_FILE '[^%$[:cntrl:]]+' 'a path without %, $ and control characters' 'Give the key a plainer name.'
  must_match KNOWN_HOSTS_FILE '[^[:cntrl:]]+' 'a path without control characters'
  must_match HOST_KEY 'console|first-use' 'console or first-use'
  [[ $HOST_KEY != console || -n $INSTANCE_ID ]] || problem INSTANCE_ID 'set where HOST_KEY is console'
  must_be_number SSH_PORT 1 65535
  for name in CONNECT_TIMEOUT ACTIVATION_TIMEOUT HEALTH_TIMEOUT; do must_be_number "$name" 1 86400; done
  must_be_number CONFIRM_TIMEOUT 0 86400
  must_be_number KEEP_GENERATIONS 1 999
  for name in SUBSTITUTE_ON_TARGET ALLOW_FAILED_UNITS ALLOW_REBOOT; do
    [[ ${!name} == [01] ]] || problem "$name" '0 or 1'
  done
  [[ -z $HEALTH_CHECK || $CONFIRM_TIMEOUT != 0 ]] ||
    problem CONFIRM_TIMEOUT 'at least 1 with a HEALTH_CHECK, whose failure could not be undone otherwise'
  [[ -z $BINARY_CACHE ]] || SUBSTITUTE_ON_TARGET=1
  [[ -z $BINARY_CACHE_KEY || -n $BINARY_CACHE ]] || problem BINARY_CACHE 'set where BINARY_CACHE_KEY is'
  [[ -z $SSH_IDENTITY_FILE || -r $SSH_IDENTITY_FILE ]] || problem SSH_IDENTITY_FILE 'a file that can be read'
  [ ${#problems[@]} -gt 0 ] || check_system
  if [ ${#problems[@]} -gt 0 ]; then
    fail 2 'not deployed, values refused:' "${problems[@]}" 'All variables: nixos-deploy --help'
  fi

  # Relative paths are those of the caller; a leading dash or tilde is part of a name.
  [[ $KNOWN_HOSTS_FILE == /* ]] || KNOWN_HOSTS_FILE=$PWD/$KNOWN_HOSTS_FILE
  [[ -z $SSH_IDENTITY_FILE || $SSH_IDENTITY_FILE == /* ]] || SSH_IDENTITY_FILE=$PWD/$SSH_IDENTITY_FILE
}

check_system() {
  [ "$action" = deploy ] || return 0
  if [ -e "$TOPLEVEL" ]; then
    [ -x "$TOPLEVEL/bin/switch-to-configuration" ] ||
      problem TOPLEVEL 'a NixOS system, with bin/switch-to-configuration in it' 'Give config.system.build.toplevel.'
  elif [ "$SUBSTITUTE_ON_TARGET" = 0 ]; then
    problem TOPLEVEL 'in the store of this machine' 'Build it here first, or set SUBSTITUTE_ON_TARGET=1 where a binary cache has it.'
  fi
}
