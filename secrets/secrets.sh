#!/usr/bin/env bash
# The project's secrets: files NAME.age, encrypted with age to the public keys in
# the file `recipients` beside them.
#
#   npm run secrets -- edit NAME   open a secret in $VISUAL or $EDITOR; a new name makes a new one
#   npm run secrets -- rekey       encrypt anew what is not encrypted to exactly the recipients
#   npm run secrets -- check       are all encrypted to exactly the recipients, and can you read them?
#
# AGE_IDENTITY_FILE  your private key, of ssh or age; default ~/.ssh/id_ed25519
# SECRETS_DIR        the folder of the secrets; default: that of this script
#
# Plaintext is only ever in pipes, and for an editor in a folder in memory that
# is removed however this ends.
# Exit status: 0 done; 1 a secret that cannot be read, or is not encrypted to
# exactly the recipients; 2 wrong usage, no recipients, no age, no memory for plaintext.
set -euo pipefail
umask 077
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=secrets/stanzas.sh
. "$here/stanzas.sh"

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

require_age() {
  command -v age >/dev/null || fail 2 'age is not on PATH' 'Enter the shell of the project (nix develop), or install the package age.'
}

require_recipients() {
  local said
  [ -f "$recipients" ] || fail 2 "there are no recipients: $recipients does not exist" 'Put public keys in it, one a line: cat ~/.ssh/id_ed25519.pub >> secrets/recipients'
  grep -Eqv '^[[:space:]]*(#|$)' "$recipients" ||
    fail 2 "there are no recipients: $recipients has no key" 'Put public keys in it, one a line: cat ~/.ssh/id_ed25519.pub >> secrets/recipients'
  said=$(age --encrypt --recipients-file "$recipients" --output /dev/null </dev/null 2>&1) ||
    fail 2 "age refuses $recipients" "age said: ${said%%$'\n'*}"
}

require_identity() {
  [ -r "$identity" ] || fail 1 "there is no identity: $identity cannot be read" 'Set AGE_IDENTITY_FILE to the private key of one of the recipients.'
}

# Plaintext of a file on standard output.
decrypt() { age --decrypt --identity "$identity" -- "$1"; }

cannot_decrypt() {
  fail 1 "$1 cannot be decrypted with $identity" \
    'Set AGE_IDENTITY_FILE to the private key of one of its recipients, or ask one of them to add yours and rekey.'
}

# Standard input, encrypted, to FILE.new: only who knows that all went well moves it.
encrypt() { age --encrypt --recipients-file "$recipients" --output "$1.new"; }
keep() { chmod 644 "$1.new" && mv -f "$1.new" "$1"; }

# Sets `memory`: a folder of the user's alone that is on no disk.
make_memory() {
  local place
  for place in "${XDG_RUNTIME_DIR:-}" /dev/shm; do
    if [ -n "$place" ] && [ -w "$place" ] && [ "$(stat -f -c %T "$place")" = tmpfs ]; then
      memory=$(mktemp -d "$place/secrets.XXXXXXXX")
      return 0
    fi
  done
  fail 2 'nowhere to keep plaintext: neither XDG_RUNTIME_DIR nor /dev/shm is a folder in memory (tmpfs)'
}

edit() {
  local name=$1 file=$folder/$1.age plaintext before
  [[ $name =~ ^[A-Za-z0-9_][A-Za-z0-9._-]*$ ]] ||
    fail 2 "$(printf 'not a name for a secret: %q' "$name")" 'Letters, digits, dots, dashes and underscores, no dot or dash in front.'
  require_recipients
  make_memory
  plaintext=$memory/$name
  if [ -e "$file" ]; then
    require_identity
    decrypt "$file" >"$plaintext" || cannot_decrypt "$file"
  else
    : >"$plaintext"
  fi
  before=$(sha256sum <"$plaintext")
  # As git does it: the setting may hold arguments.
  sh -c "${VISUAL:-${EDITOR:-vi}} \"\$1\"" editor "$plaintext" || fail 1 "the editor ended with an error: $file is as it was"
  if [ ! -s "$plaintext" ]; then
    fail 1 "the secret is empty: $file is as it was" "To remove it: git rm secrets/$name.age"
  elif [ "$(sha256sum <"$plaintext")" = "$before" ]; then
    say "unchanged: $file"
  else
    encrypt "$file" <"$plaintext"
    keep "$file"
    say "encrypted: $file; commit it"
  fi
}

# Sets the array `files`.
list_files() {
  shopt -s nullglob
  files=("$folder"/*.age)
  shopt -u nullglob
}

rekey() {
  local file files
  require_recipients
  list_files
  for file in "${files[@]}"; do
    if is_for "$recipients" "$file"; then
      say "kept: $file is encrypted to exactly the recipients"
      continue
    fi
    require_identity
    decrypt "$file" | encrypt "$file" || cannot_decrypt "$file"
    keep "$file"
    say "encrypted anew: $file; commit it"
  done
}

check() {
  local file files bad=0
  require_recipients
  list_files
  [ -r "$identity" ] || say "not tried to decrypt: there is no $identity"
  for file in "${files[@]}"; do
    if ! is_for "$recipients" "$file"; then
      say "$file is not encrypted to exactly the recipients: $difference"
      bad=1
    fi
    if [ -r "$identity" ] && ! decrypt "$file" >/dev/null; then
      say "$file cannot be decrypted with $identity"
      bad=1
    fi
  done
  [ "$bad" = 0 ] || fail 1 'not all is well' 'A recipient can mend it: npm run secrets -- rekey'
  say "${#files[@]} secrets, all encrypted to exactly the recipients"
}

memory=
clean_up() {
  rm -f "$folder"/*.age.new
  [ -z "$memory" ] || rm -rf "$memory"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
require_age
case $#-${1:-} in
  2-edit) edit "$2" ;;
  1-rekey) rekey ;;
  1-check) check ;;
  *) fail 2 'expected: edit NAME, rekey or check' ;;
esac
