# shellcheck shell=bash
# Whom an age file is encrypted to, as far as its header tells: one stanza for
# each recipient. Those of ssh keys carry a tag of the key (the first four bytes
# of its SHA-256); those of age's own keys tell nobody's name, so they are counted.
# Source: https://github.com/C2SP/C2SP/blob/main/age.md and the age package agessh.

# expected_stanzas RECIPIENTS: one line for each, its kind, and the tag if it has one, in hex.
expected_stanzas() {
  local type key
  while read -r type key _ || [ -n "$type" ]; do
    case $type in
      '' | \#*) ;;
      ssh-*) printf '%s %s\n' "$type" "$(base64 -d <<<"$key" | sha256sum | cut -c 1-8)" ;;
      *) echo X25519 ;;
    esac
  done <"$1" | sort
}

found_stanzas() {
  local line type tag
  while IFS= read -r line; do
    [[ $line != '---'* ]] || break
    [[ $line == '-> '* ]] || continue
    read -r _ type tag _ <<<"$line"
    case $type in
      *-grease) ;; # meant to be ignored
      ssh-*) printf '%s %s\n' "$type" "$(base64 -d <<<"$tag==" 2>/dev/null | od -An -tx1 | tr -d ' \n')" ;;
      *) echo "$type" ;;
    esac
  done < <(head -c 65536 "$1" | tr -d '\0') | sort
}

# is_for RECIPIENTS FILE: exactly those? Sets `difference` when not.
# shellcheck disable=SC2034
is_for() {
  local first wanted got
  IFS= read -r first < <(head -c 64 "$2" | tr -d '\0') || :
  if [ "$first" != age-encryption.org/v1 ]; then
    difference='it is no age file'
    return 1
  fi
  wanted=$(expected_stanzas "$1")
  got=$(found_stanzas "$2")
  [ "$wanted" != "$got" ] || return 0
  difference=$(diff <(printf '%s\n' "$wanted") <(printf '%s\n' "$got") | sed -n 's/^</lacks/p; s/^>/has/p' | paste -sd ';')
  return 1
}
