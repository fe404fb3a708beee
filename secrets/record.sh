# shellcheck shell=bash
# The record beside a secret, NAME.recipients: whom the program encrypted it to. A header
# names ssh keys, but of age's own keys it says only how many there are; and in a review
# the record shows who may read. It counts for the one ciphertext whose SHA-256 it has.

# keys_of RECIPIENTS: the keys of a file of recipients, sorted, without comments.
keys_of() {
  awk '/^[[:space:]]*(#|$)/ { next } /^[[:space:]]*ssh-/ { print $1, $2; next } { print $1 }' "$1" | sort -u
}

digest() { sha256sum <"$1" | cut -d ' ' -f 1; }

# write_record FILE RECIPIENTS
write_record() {
  local record=${1%.age}.recipients
  {
    printf '# %s of SHA-256 %s is encrypted to:\n' "$(basename "$1")" "$(digest "$1")"
    keys_of "$2"
  } >"$record.new" && chmod 644 "$record.new" && mv -f "$record.new" "$record"
}

# has_recorded_keys FILE RECIPIENTS: exactly those, as far as there is a record? Sets `difference` when not.
# shellcheck disable=SC2034
has_recorded_keys() {
  local record=${1%.age}.recipients declared recorded
  grep --quiet --no-messages "SHA-256 $(digest "$1") " "$record" || return 0
  declared=$(keys_of "$2")
  recorded=$(keys_of "$record")
  [ "$declared" != "$recorded" ] || return 0
  difference=$(differences "$declared" "$recorded")
  return 1
}
