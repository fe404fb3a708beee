#!/usr/bin/env bash
# The project's secrets: files NAME.age, encrypted with age to the public keys in
# the file `recipients` beside them.
#
#   npm run secrets -- edit NAME   open a secret in $VISUAL or $EDITOR; a new name makes a new one
#   npm run secrets -- rekey       encrypt again what is not encrypted to exactly the recipients
#   npm run secrets -- check       are all encrypted to exactly the recipients, and can you read them?
#
# AGE_IDENTITY_FILE  your private key, of ssh or age; default ~/.ssh/id_ed25519
# SECRETS_DIR        the folder of the secrets; default: that of this script
#
# Plaintext is only ever in pipes, and for an editor in a folder in memory that is removed
# however this ends; only a draft that could not be encrypted stays, and this says where.
# Exit status: 0 done; 1 a secret that cannot be read or written, is being edited, or is not
# encrypted to exactly the recipients; 2 wrong usage, no recipients, no age, no memory for plaintext.
set -euo pipefail
umask 077
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=secrets/stanzas.sh
. "$here/stanzas.sh"
# shellcheck source=secrets/record.sh
. "$here/record.sh"
# shellcheck source=secrets/draft.sh
. "$here/draft.sh"

folder=${SECRETS_DIR:-$here}
recipients=$folder/recipients
identity=${AGE_IDENTITY_FILE:-$HOME/.ssh/id_ed25519}

say() { printf 'secrets: %s\n' "$*" >&2; }
# fail STATUS LINE...
fail() {
  local status=$1
  say "$2"
  [ $# -lt 3 ] || printf '  %s\n' "${@:3}" >&2
  exit "$status"
}

# require_program NAME PACKAGE
require_program() {
  command -v "$1" >/dev/null || fail 2 "$1 is not on PATH" "Enter the shell of the project (nix develop), or install the package $2."
}

require_recipients() {
  local message
  [ -f "$recipients" ] || fail 2 "there are no recipients: $recipients does not exist" 'Put public keys in it, one a line: cat ~/.ssh/id_ed25519.pub >> secrets/recipients'
  grep -Eqv '^[[:space:]]*(#|$)' "$recipients" ||
    fail 2 "there are no recipients: $recipients has no key" 'Put public keys in it, one a line: cat ~/.ssh/id_ed25519.pub >> secrets/recipients'
  message=$(age --encrypt --recipients-file "$recipients" --output /dev/null </dev/null 2>&1) ||
    fail 2 "age refuses $recipients" "age says: ${message%%$'\n'*}"
}

require_identity() {
  [ -r "$identity" ] || fail 1 "there is no identity: $identity cannot be read" 'Set AGE_IDENTITY_FILE to the private key of one of the recipients.'
}

# Plaintext of a file on standard output.
decrypt() { age --decrypt --identity "$identity" -- "$1"; }

readonly ASK='Set AGE_IDENTITY_FILE to the private key of one of its recipients, or ask one of them to add yours and rekey.'

# make_fresh FILE: sets `fresh`, where what will take the place of FILE is written.
make_fresh() { fresh=$(mktemp "$folder/.$(basename "$1").XXXXXXXX"); }
# Standard input, encrypted, to `fresh`.
encrypt() { age --encrypt --recipients-file "$recipients" >"$fresh"; }
# put_fresh FILE: only who knows that all went well puts it in its place.
put_fresh() {
  chmod 644 "$fresh" && mv -f "$fresh" "$1" || return 1
  fresh=
  write_record "$1" "$recipients" || say "no record of its recipients could be written beside $1"
}

# lock NAME: the secret is this process's to write, until it ends or unlocks it. Status 1: it is another's.
lock() {
  require_program flock util-linux
  lock_file=$folder/.$1.lock
  local _
  for _ in {1..100}; do
    exec {lock}>"$lock_file" || fail 1 "nothing can be written in $folder"
    if ! flock --nonblock "$lock"; then
      lock_file=
      return 1
    fi
    # Whoever had it before may have removed the file that was opened here.
    [ ! "$lock_file" -ef "/dev/fd/$lock" ] || return 0
  done
  return 1
}
unlock() {
  rm -f "$lock_file"
  exec {lock}>&-
  lock_file=
}

edit() {
  local name=$1 file=$folder/$1.age draft before ciphertext status=0
  [[ $name =~ ^[A-Za-z0-9_][A-Za-z0-9._-]*$ ]] ||
    fail 2 "$(printf 'not a name for a secret: %q' "$name")" 'Letters, digits, dots, dashes and underscores, no dot or dash in front.'
  require_recipients
  lock "$name" || fail 1 "$file is being edited by another process"
  make_memory
  draft=$memory/$name
  ciphertext=$([ ! -e "$file" ] || digest "$file")
  if [ -e "$file" ]; then
    require_identity
    decrypt "$file" >"$draft" || fail 1 "$file cannot be decrypted with $identity" "$ASK"
  else
    : >"$draft"
  fi
  before=$(digest "$draft")
  run_editor "$draft" || status=$?
  if [ ! -s "$draft" ]; then
    [ "$status" = 0 ] || fail 1 "the editor ended with an error: $file is as it was"
    fail 1 "the secret is empty: $file is as it was" "To remove it: git rm secrets/$name.age secrets/$name.recipients"
  elif [ "$(digest "$draft")" = "$before" ]; then
    [ "$status" = 0 ] || fail 1 "the editor ended with an error: $file is as it was"
    say "unchanged: $file"
  elif [ "$status" != 0 ]; then
    keep_draft "$draft" "$name" "the editor ended with an error: $file is as it was"
  elif [ "$([ ! -e "$file" ] || digest "$file")" != "$ciphertext" ]; then
    keep_draft "$draft" "$name" "$file was changed by something else while you edited it, and is left like that"
  elif ! { make_fresh "$file" && encrypt <"$draft" && put_fresh "$file"; }; then
    keep_draft "$draft" "$name" "it cannot be encrypted: $file is as it was"
  else
    say "encrypted: $file; commit it"
  fi
}

# Sets the array `files`.
list_files() {
  shopt -s nullglob
  files=("$folder"/*.age)
  shopt -u nullglob
  read_expected "$recipients"
}

# is_for_recipients FILE: exactly for them? Sets `difference` when not.
is_for_recipients() { has_expected_stanzas "$1" && has_recorded_keys "$1" "$recipients"; }

rekey() {
  local file files failed=()
  require_recipients
  list_files
  for file in "${files[@]}"; do
    if is_for_recipients "$file"; then
      say "kept: $file is encrypted to exactly the recipients"
    else
      rekey_one "$file" || failed+=("$file")
    fi
  done
  [ ${#failed[@]} = 0 ] || fail 1 "${#failed[@]} of ${#files[@]} could not be encrypted again: ${failed[*]}" "$ASK"
}

rekey_one() {
  local outcome statuses=(0 0)
  if [ ! -r "$identity" ]; then
    say "there is no identity: $identity cannot be read"
    return 1
  fi
  if ! lock "$(basename "$1" .age)"; then
    say "$1 is being edited by another process"
    return 1
  fi
  outcome='cannot be encrypted, and is as it was'
  if make_fresh "$1"; then
    decrypt "$1" | encrypt || statuses=("${PIPESTATUS[@]}")
    if [ "${statuses[*]}" = '0 0' ]; then
      ! put_fresh "$1" || outcome=
    elif [ "${statuses[1]}" = 0 ]; then
      outcome="cannot be decrypted with $identity"
    fi
  fi
  unlock
  if [ -n "$outcome" ]; then
    rm -f "$fresh"
    say "$1 $outcome"
    return 1
  fi
  say "encrypted again: $1; commit it"
}

check() {
  local file files bad=0
  require_recipients
  list_files
  [ -r "$identity" ] || say "not tried to decrypt: there is no $identity"
  for file in "${files[@]}"; do
    if ! is_for_recipients "$file"; then
      say "$file is not encrypted to exactly the recipients: $difference"
      bad=1
    fi
    if [ -r "$identity" ] && ! decrypt "$file" >/dev/null; then
      say "$file cannot be decrypted with $identity"
      bad=1
    fi
  done
  [ "$bad" = 0 ] || fail 1 'not all is well' 'A recipient can fix it: npm run secrets -- rekey'
  say "${#files[@]} secrets, all encrypted to exactly the recipients"
}

memory='' fresh='' lock_file=''
clean_up() {
  [ -z "$fresh" ] || rm -f "$fresh"
  [ -z "$memory" ] || rm -rf "$memory"
  [ -z "$lock_file" ] || rm -f "$lock_file"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
require_program age age
case $#-${1:-} in
  2-edit) edit "$2" ;;
  1-rekey) rekey ;;
  1-check) check ;;
  *) fail 2 'expected: edit NAME, rekey or check' ;;
esac
