# shellcheck shell=bash disable=SC2034,SC2154
# Secrets that the system asks for (nix/modules/secrets.nix): decrypted here, sent
# over the held connection. Plaintext is in this shell's memory, as base64, and in
# pipes: in no file, no argument and no environment.

# Plaintext by file, and the machine's functions for its secrets.
declare -A plaintexts=()
secrets_text='secrets() { :; }'$'\n'

# Hashes the folder's files, and decrypts those that the system asks for, before
# anything is opened. Sets secrets_text when there is a folder.
prepare_secrets() {
  local name file declared=$TOPLEVEL/etc/nixos-deploy/secrets
  SECRETS_DIR=${SECRETS_DIR:-} AGE_IDENTITY_FILE=${AGE_IDENTITY_FILE:-${HOME:-}/.ssh/id_ed25519}
  if [ -n "$SECRETS_DIR" ]; then
    hash_ciphertexts
    secrets_verb=apply
    compose secrets ciphertexts secrets_verb
    secrets_text=$script$'\n'
  fi
  # A system that is not here comes from the target's substituters: it is asked there.
  [ -r "$declared" ] || return 0
  [ -n "$SECRETS_DIR" ] || fail 2 'not deployed: the system asks for secrets, and SECRETS_DIR is not set' 'Set it to the folder of their encrypted files.'
  while read -r name file _; do decrypt_secret "$name" "$file"; done <"$declared"
}

# Sets `ciphertexts`: " FILE:HASH FILE:HASH ".
hash_ciphertexts() {
  local file hash hashes files=()
  [[ -d $SECRETS_DIR && -r $SECRETS_DIR && -x $SECRETS_DIR ]] ||
    fail 2 "not deployed: SECRETS_DIR must be a folder that can be read, got: $(printf %q "$SECRETS_DIR")"
  for file in "$SECRETS_DIR"/*.age; do
    [ -e "$file" ] || continue
    [[ ${file##*/} =~ ^[A-Za-z0-9_][A-Za-z0-9._-]*$ ]] || fail 2 "not deployed: no name for a secret: $(printf %q "$file")"
    files+=("$file")
  done
  ciphertexts=' '
  [ ${#files[@]} -gt 0 ] || return 0
  hashes=$(sha256sum -- "${files[@]}" 2>"$work/sha256sum") ||
    fail 2 "not deployed: the files in SECRETS_DIR cannot be hashed: $(head -n 1 "$work/sha256sum")"
  # A name with a backslash is escaped, and its line begins with another.
  while read -r hash file; do ciphertexts+="${file##*/}:${hash#\\} "; done <<<"$hashes"
}

# decrypt_secret NAME FILE: once.
decrypt_secret() {
  local path=$SECRETS_DIR/$2 text program
  [ -z "${plaintexts[$2]+set}" ] || return 0
  [ -r "$path" ] || fail 2 "secret $1: no file $path; the machine is unchanged" "Make it: npm run secrets -- edit ${2%.age}"
  for program in age base64 tr; do
    command -v "$program" >/dev/null || fail 2 "secret $1: $program, which it takes to decrypt it, is not on PATH; the machine is unchanged"
  done
  text=$(age --decrypt --identity "$AGE_IDENTITY_FILE" -- "$path" 2>"$work/age" </dev/null | base64 | tr -d '\n') ||
    fail 2 "secret $1: $path cannot be decrypted with $AGE_IDENTITY_FILE; the machine is unchanged" \
      "age said: $(head -n 1 "$work/age")" \
      'Set AGE_IDENTITY_FILE to the private key of one of its recipients, or ask one of them to add yours and rekey.'
  plaintexts[$2]=$text
}

# A machine must not get another one's secrets. What its system asks for is decrypted
# by now, unless that system is not here: then the machine is believed.
is_asked_for() {
  local LC_ALL=C
  [[ $1 =~ ^[A-Za-z0-9_][A-Za-z0-9._-]*:[A-Za-z0-9_][A-Za-z0-9._-]*\.age$ ]] &&
    [[ ! -e $TOPLEVEL || -n ${plaintexts[${1#*:}]+set} ]]
}

# From the agent's word on what it lacks to its word that it has all.
exchange_secrets() {
  local deadline pair pairs=()
  microseconds
  deadline=$((now + 150 * 1000000))
  while next_event held "$deadline"; do
    case $event in
      secrets-wanted)
        read -r -a pairs <<<"$words"
        for pair in "${pairs[@]}"; do
          is_asked_for "$pair" || fail 12 "$TARGET_HOST asks for ${pair#*:}, which its system does not ask for; it gets nothing"
          decrypt_secret "${pair%%:*}" "${pair#*:}"
          write held "${plaintexts[${pair#*:}]}"$'\n'
        done
        write held $'end\n'
        ;;
      secrets-refused) fail 2 "$words; the machine is unchanged" ;;
      secrets-ready)
        [ -z "$words" ] || say "secrets $words"
        return 0
        ;;
      *) fail 12 "unexpected answer from $TARGET_HOST: $event $words" ;;
    esac
  done
  fail 12 "the connection to $TARGET_HOST ended while secrets were sent; the machine runs what it ran, with its old secrets"
}
