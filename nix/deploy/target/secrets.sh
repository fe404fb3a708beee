# shellcheck shell=sh disable=SC2154
# The machine's secrets, for the agent, which receives what changed, and for the
# guard, which puts that in place, and back when the activation is undone.
#
#   /var/lib/secrets/NAME           a secret; root alone can enter the folder
#   /var/lib/secrets/.records/NAME  what it was made of: its ciphertext's hash, owner, group, mode
#   /var/lib/secrets/.new           what was received: names, gone, units, files/, records/
#   /var/lib/secrets/.old           what was replaced: files/, records/; after a reboot into a
#                                   new system until the next deployment, which may be the way back
#
# set in front: ciphertexts (words FILE:HASH, a space on both ends) and
#   secrets_verb (apply, or restore on the way back from a reboot); then id, new
store=/var/lib/secrets
fresh=$store/.new
replaced=$store/.old
manifest=etc/nixos-deploy/secrets

# In a subshell: its variables are its own.
secrets() ("secrets_$1")

# Sets `hash` of the deployer's file; - when it has none.
find_hash() {
  hash=${ciphertexts#*" $1:"}
  if [ "$hash" = "$ciphertexts" ]; then hash=-; else hash=${hash%% *}; fi
}

# Sets `record` of a secret that is there; empty for another.
find_record() {
  record=
  [ ! -e "$store/$1" ] || read -r record 2>/dev/null <"$store/.records/$1" || :
}

# Sets `changed`, names of what is not as the new system asks, and `gone`, of what it does not ask for.
compare_secrets() {
  changed='' gone='' asked=' '
  if [ -r "$new/$manifest" ]; then
    while read -r name file owner group mode _; do
      asked="$asked$name "
      find_hash "$file"
      find_record "$name"
      [ "$record" = "$hash $owner $group $mode" ] || changed="$changed $name"
    done <"$new/$manifest"
  fi
  [ -d "$store" ] || return 0
  # shellcheck disable=SC2045 # the names are the modules', without spaces
  for name in $(ls "$store"); do
    case $asked in *" $name "*) ;; *) gone="$gone $name" ;; esac
  done
}

# Nothing to send, to remove or to own anew?
secrets_current() {
  compare_secrets
  [ -z "$changed$gone" ]
}

refuse_secrets() {
  answer secrets-refused "$*"
  exit 1
}

# One line from the deployer, who has it at hand.
# shellcheck disable=SC2016 # for the inner shell
read_line() { timeout 120 sh -c 'IFS= read -r line && printf "%s\n" "$line"'; }

# Asks the deployer for what changed, and keeps it aside.
secrets_receive() {
  changed='' gone=''
  [ "$secrets_verb" = restore ] || {
    compare_secrets
    rm -rf "$fresh" "$replaced"
  }
  if [ -z "$changed$gone" ]; then
    answer secrets-ready
    return 0
  fi
  make_room || refuse_secrets "cannot write to $store"
  wanted=
  if [ -n "$changed" ]; then
    while read -r name file owner group mode units; do
      case "$changed " in *" $name "*) stage_secret ;; esac
    done <"$new/$manifest"
  fi
  if [ -n "$wanted" ]; then
    answer secrets-wanted "$wanted"
    for name in $wanted; do
      line=$(read_line) || exit 1
      name=${name%%:*}
      printf '%s' "$line" | base64 -d >"$fresh/files/$name" || refuse_secrets "cannot write secret $name to $store"
    done
    # Without this word the deployer gave up, and nothing of it counts.
    [ "$(read_line)" = end ] || exit 1
  fi
  answer secrets-ready "changed:${changed:- none}, removed:${gone:- none}"
}

make_room() {
  mkdir -p "$store/.records" "$fresh/files" "$fresh/records" && chmod 700 "$store" &&
    echo "$changed" >"$fresh/names" && echo "$gone" >"$fresh/gone" && : >"$fresh/units"
}

# Owner and mode before there is any content.
stage_secret() {
  staged=$fresh/files/$name
  find_hash "$file"
  [ "$hash" != - ] || refuse_secrets "secret $name: there is no $file in the folder SECRETS_DIR"
  : >"$staged" || refuse_secrets "cannot write to $store"
  chown "$owner:$group" "$staged" 2>/dev/null ||
    refuse_secrets "secret $name: no user $owner or no group $group on the machine. Deploy that first, or let root own it and the service take it by LoadCredential"
  chmod "$mode" "$staged" || refuse_secrets "secret $name: cannot set mode $mode in $store"
  echo "$hash $owner $group $mode" >"$fresh/records/$name" || refuse_secrets "cannot write to $store"
  [ "$units" = - ] || printf '%s\n' "$units" | tr ' ' '\n' >>"$fresh/units"
  find_record "$name"
  if [ "${record%% *}" = "$hash" ]; then
    cat "$store/$name" >"$staged" || refuse_secrets "cannot write to $store"
  else
    wanted="$wanted $name:$file"
  fi
}

# Which run of each unit has seen what is replaced now.
note_runs() {
  sort -u "$fresh/units" | while read -r unit; do
    run_of "$unit"
    echo "$unit $run_of"
  done >"$fresh/runs"
}
run_of() { run_of=$(systemctl show --property=InvocationID --value "$1" </dev/null 2>/dev/null); }

secrets_apply() {
  if [ "$secrets_verb" = restore ]; then
    secrets_restore
    return
  fi
  [ -d "$fresh" ] || return 0
  read -r names <"$fresh/names"
  read -r gone <"$fresh/gone"
  note_runs
  mkdir -p "$replaced/files" "$replaced/records" || return 1
  for name in $names $gone; do
    [ ! -e "$store/$name" ] || ln "$store/$name" "$replaced/files/$name" || return 1
    # A secret without a record is sent again, whatever happens from here on.
    [ ! -e "$store/.records/$name" ] || mv -f "$store/.records/$name" "$replaced/records/$name" || return 1
  done
  for name in $names; do
    mv -f "$fresh/files/$name" "$store/$name" && mv -f "$fresh/records/$name" "$store/.records/$name" || return 1
  done
  for name in $gone; do rm -f "$store/$name" || return 1; done
}

secrets_restore() {
  [ -d "$replaced" ] || return 0
  read -r names <"$fresh/names"
  read -r gone <"$fresh/gone"
  note_runs
  for name in $names $gone; do
    rm -f "$store/.records/$name"
    if [ -e "$replaced/files/$name" ]; then
      mv -f "$replaced/files/$name" "$store/$name"
      [ ! -e "$replaced/records/$name" ] || mv -f "$replaced/records/$name" "$store/.records/$name"
    else
      rm -f "$store/$name"
    fi
  done
}

# After the switch: the units that it did not restart itself.
secrets_restart() {
  [ -s "$fresh/runs" ] || return 0
  failed=0
  while read -r unit run; do
    run_of "$unit"
    [ "$run_of" != "$run" ] || activate systemctl restart "$unit" || failed=1
  done <"$fresh/runs"
  return $failed
}

# Decided: nothing is kept for the other way.
secrets_keep() { rm -rf "$fresh" "$replaced"; }
