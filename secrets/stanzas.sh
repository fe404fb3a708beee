# shellcheck shell=bash
# Whom an age file is encrypted to, as far as its header says: a stanza for each
# recipient, `TYPE ARGUMENT...`. What a recipient's stanza looks like is age's own
# knowledge, and its plugins': so age encrypts nothing to the recipients, twice. What is
# the same both times names a recipient (as the tag of an ssh key does), what differs
# is of one encryption alone.
# Source: https://github.com/C2SP/C2SP/blob/main/age.md

# stanzas: those of the age file on standard input, binary or armored, one a line.
# Stanzas of grease are meant to be ignored.
stanzas() (
  # The end of the header is the end of what is read.
  set +o pipefail
  IFS= read -r first
  if [ "$first" = '-----BEGIN AGE ENCRYPTED FILE-----' ]; then
    base64 --decode --ignore-garbage 2>/dev/null
  else
    cat
  fi | LC_ALL=C awk '/^---/ { exit } /^-> / && $2 !~ /-grease$/ { print substr($0, 4) }' | tr -d '\0'
)

# read_expected RECIPIENTS: sets `expected`, two lists of stanzas.
read_expected() {
  expected=()
  local _
  for _ in 1 2; do
    expected+=("$(age --encrypt --recipients-file "$1" </dev/null | stanzas)")
  done
}

# comparable STANZAS: sorted, with a * for each argument that differs from one encryption to the next.
comparable() {
  awk '
    FILENAME == ARGV[1] { once[FNR] = $0; next }
    FILENAME == ARGV[2] {
      split(once[FNR], before)
      for (i = 2; i <= NF; i++) if ($i != before[i]) differs[$1, i] = 1
      next
    }
    { for (i = 2; i <= NF; i++) if (($1, i) in differs) $i = "*"; print }
  ' <(printf '%s\n' "${expected[0]}") <(printf '%s\n' "${expected[1]}") <(printf '%s\n' "$1") | sort
}

is_age_file() {
  local first
  IFS= read -r first < <(head -c 64 "$1" | tr -d '\0') || :
  [[ $first == age-encryption.org/v1 || $first == '-----BEGIN AGE ENCRYPTED FILE-----' ]]
}

# has_expected_stanzas FILE: exactly those of `expected`? Sets `difference` when not.
# shellcheck disable=SC2034
has_expected_stanzas() {
  local declared found
  if ! is_age_file "$1"; then
    difference='it is no age file'
    return 1
  fi
  declared=$(comparable "${expected[0]}")
  found=$(comparable "$(stanzas <"$1")")
  [ "$declared" != "$found" ] || return 0
  difference=$(differences "$declared" "$found")
  return 1
}

# differences DECLARED FOUND: of two sorted lists, in one line.
differences() {
  diff <(printf '%s\n' "$1") <(printf '%s\n' "$2") | sed -n 's/^</lacks/p; s/^>/has/p' | cut -c 1-80 | paste -sd ';'
}
