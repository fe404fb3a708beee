# shellcheck shell=bash
# NixOS' switch inhibitors: named facts of a system, such as the implementation
# of D-Bus. A name that both systems have with different values means that the
# running machine must not be switched. The file is what nixpkgs' writeJSON
# makes of an attribute set of strings.

# read_inhibitors BASE64 ARRAY: ARRAY[name]=value
read_inhibitors() {
  local -n values=$2
  local text rest pattern='"(([^"\\]|\\.)*)"[[:space:]]*:[[:space:]]*"(([^"\\]|\\.)*)"(.*)'
  [ "$1" != - ] || return 0
  text=$(base64 -d <<<"$1" 2>/dev/null) || fail 14 "unexpected answer from $TARGET_HOST about its switch inhibitors: nothing was changed"
  rest=${text//$'\n'/ }
  while [[ $rest =~ $pattern ]]; do
    # shellcheck disable=SC2004 # the name is a string: the caller's array is associative
    values[${BASH_REMATCH[1]}]=${BASH_REMATCH[3]}
    rest=${BASH_REMATCH[5]}
  done
}

# compare_inhibitors OLD NEW OLD-INTERFACE NEW-INTERFACE (base64, - for none):
# sets `inhibiting`, one line for each difference that forbids a switch.
compare_inhibitors() {
  local -A old_values=() new_values=()
  local name
  inhibiting=()
  read_inhibitors "$1" old_values
  read_inhibitors "$2" new_values
  for name in "${!old_values[@]}"; do
    [ -z "${new_values[$name]+set}" ] || [ "${old_values[$name]}" = "${new_values[$name]}" ] ||
      inhibiting+=("$name: ${old_values[$name]} -> ${new_values[$name]}")
  done
  [ "$3" = "$4" ] || [ "$4" = - ] ||
    inhibiting+=("init interface: $(base64 -d <<<"${3#-}") -> $(base64 -d <<<"$4")")
}
