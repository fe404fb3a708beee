# shellcheck shell=sh disable=SC2154
# The machine's secrets, for the agent, which receives what changed, and for the
# watchdog, which puts that in place, and back when the activation is undone.
#
#   /var/lib/secrets/NAME           a secret; root alone can enter the folder
#   /var/lib/secrets/.records/NAME  what it was made of: its ciphertext's hash, owner, group, mode.
#                                   Empty: not known. None: the file is not ours, and stays
#   /var/lib/secrets/.new           what was received: names, gone, units, files/, records/
#   /var/lib/secrets/.old           what was replaced: files/, records/, and none/ for what was not there;
#                                   after a reboot into a new system until the next deployment,
#                                   which may be the way back
#
# set in front: ciphertexts (words FILE:HASH, a space on both ends) and
#   secrets_verb (apply, or restore on the way back from a reboot); then id, next
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

# Sets `changed`, names of what is not as the new system asks, and `gone`, of ours that it does not ask for.
compare_secrets() {
  changed='' gone='' asked=' '
  if [ -r "$next/$manifest" ]; then
    while read -r name file owner group mode _; do
      asked="$asked$name "
      find_hash "$file"
      find_record "$name"
      [ "$record" = "$hash $owner $group $mode" ] || changed="$changed $name"
    done <"$next/$manifest"
  fi
  for name in $(names_in "$store/.records"); do
    case $asked in *" $name "*) ;; *) gone="$gone $name" ;; esac
  done
}

# The names are the modules', without spaces.
names_in() { ls "$1" 2>/dev/null; }

# Nothing to send, to remove or to own otherwise?
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
  requested=
  if [ -n "$changed" ]; then
    while read -r name file owner group mode units; do
      case "$changed " in *" $name "*) stage_secret ;; esac
    done <"$next/$manifest"
  fi
  if [ -n "$requested" ]; then
    answer secrets-requested "$requested"
    for name in $requested; do
      line=$(read_line) || exit 1
      name=${name%%:*}
      printf '%s' "$line" | base64 -d >"$fresh/files/$name" || refuse_secrets "cannot write secret $name to $store"
    done
    # Without this word the deployer gave up, and nothing of it counts.
    [ "$(read_line)" = end ] || exit 1
  fi
  # On the disk before a record says so: a power cut leaves no empty secret that is taken for sent.
  # shellcheck disable=SC2086 # one name a word
  [ -z "$changed" ] || (cd "$fresh/files" && sync -- $changed) || refuse_secrets "cannot write to $store"
  answer secrets-ready "changed:${changed:- none}, removed:${gone:- none}"
}

# Not `:`, whose redirection would end the shell when it fails, and nobody would hear of it.
make_room() {
  mkdir -p "$store/.records" "$fresh/files" "$fresh/records" && chmod 700 "$store" &&
    echo "$changed" >"$fresh/names" && echo "$gone" >"$fresh/gone" && true >"$fresh/units"
}

# Owner and mode before there is any content.
stage_secret() {
  staged=$fresh/files/$name
  find_hash "$file"
  [ "$hash" != - ] || refuse_secrets "secret $name: there is no $file in the folder SECRETS_DIR"
  [ ! -d "$store/$name" ] || refuse_secrets "secret $name: $store/$name on the machine is a folder"
  true >"$staged" || refuse_secrets "cannot write to $store"
  chown "$owner:$group" "$staged" 2>/dev/null ||
    refuse_secrets "secret $name: no user $owner or no group $group on the machine. Deploy that first, or let root own it and the service take it by LoadCredential"
  chmod "$mode" "$staged" || refuse_secrets "secret $name: cannot set mode $mode in $store"
  echo "$hash $owner $group $mode" >"$fresh/records/$name" || refuse_secrets "cannot write to $store"
  [ "$units" = - ] || printf '%s\n' "$units" | tr ' ' '\n' >>"$fresh/units"
  find_record "$name"
  if [ "${record%% *}" = "$hash" ]; then
    cat "$store/$name" >"$staged" || refuse_secrets "cannot write to $store"
  else
    requested="$requested $name:$file"
  fi
}

# Which run of each unit has seen what is replaced now.
note_runs() {
  sort -u "$fresh/units" | while read -r unit; do
    run_of "$unit"
    echo "$unit $run_of"
  done >"$fresh/runs"
}
run_of() { run_of=$(systemctl show --property=InvocationID --value -- "$1" </dev/null 2>/dev/null); }

secrets_apply() {
  if [ "$secrets_verb" = restore ]; then
    secrets_restore
    return
  fi
  [ -d "$fresh" ] || return 0
  exec 2>>"$events"
  read -r names <"$fresh/names"
  note_runs
  mkdir -p "$replaced/files" "$replaced/records" "$replaced/none" || return 1
  for name in $names; do set_aside || return 1; done
  for name in $names; do
    mv -fT "$fresh/files/$name" "$store/$name" && mv -f "$fresh/records/$name" "$store/.records/$name" || return 1
  done
}

# A secret with an empty record is sent again, whatever happens from here on.
set_aside() {
  [ ! -e "$store/.records/$name" ] || cp "$store/.records/$name" "$replaced/records/$name" || return 1
  if [ -e "$store/$name" ]; then ln "$store/$name" "$replaced/files/$name"; else true >"$replaced/none/$name"; fi || return 1
  true >"$store/.records/$name"
}

# Touches what was set aside, and nothing twice: it may follow half an apply, or another restore.
secrets_restore() {
  [ -d "$replaced" ] || return 0
  exec 2>>"$events"
  note_runs
  failed=0
  for name in $(names_in "$replaced/none"); do take_away || failed=1; done
  for name in $(names_in "$replaced/files"); do put_back || failed=1; done
  return $failed
}

# Was it placed at all? What waits in .new was not.
placed() { [ ! -e "$fresh/files/$name" ]; }

take_away() {
  ! placed || rm -f "$store/$name" || return 1
  rm -f "$store/.records/$name" "$replaced/none/$name"
}

put_back() {
  if placed; then mv -fT "$replaced/files/$name" "$store/$name"; else rm -f "$replaced/files/$name"; fi || return 1
  if [ -e "$replaced/records/$name" ]; then
    mv -f "$replaced/records/$name" "$store/.records/$name"
  else
    rm -f "$store/.records/$name"
  fi
}

# After the switch: the units that it did not restart itself.
secrets_restart() {
  [ -s "$fresh/runs" ] || return 0
  failed=0
  while read -r unit run; do
    run_of "$unit"
    [ "$run_of" != "$run" ] || activate systemctl restart -- "$unit" || failed=1
  done <"$fresh/runs"
  return $failed
}

# The deployment is kept. What the system does not ask for goes now, and not before:
# until now a reboot would have booted one that may ask for it.
secrets_commit() {
  gone=
  [ ! -e "$fresh/gone" ] || read -r gone <"$fresh/gone"
  for name in $gone; do rm -f "$store/$name" && rm -f "$store/.records/$name"; done
  rm -rf "$fresh" "$replaced"
}

# The deployment is undone. What could not be put back stays aside until the next one.
secrets_forget() {
  rm -rf "$fresh"
  [ -n "$(names_in "$replaced/files")" ] || rm -rf "$replaced"
}
