# shellcheck shell=sh disable=SC2154,SC3045
# The held connection's end on the target host. Runs there as root, one
# deployment long. The deployer sends this text, with its variables set in
# front, then the closure's paths; the answers are lines that begin with "@$mark",
# so that a login shell's chatter is no answer.
#
# Order: facts about the machine; one lock against a second deployer; which
# paths are missing; their import; may NixOS switch at all; the watchdog, which
# outlives this connection and reports into $events. From then on this end only
# passes that file on.
#
# set in front: id mark who since next substitute cache cache_key verify (1: ask nix which paths are
#   valid; 0: look which ones exist), and texts: shared (the functions of secrets and record.sh, which
#   this and the others need), activation, watchdog, rollback
set -uf
LC_ALL=C
PATH=$PATH:/run/wrappers/bin:/run/current-system/sw/bin
export LC_ALL PATH
umask 077
# Plaintext of secrets passes here.
ulimit -c 0
run=/run/nixos-deploy
dir=$run/$id
events=$dir/events
newline='
'

eval "$shared"
answer() { printf '@%s %s\n' "$mark" "$*"; }

# All that the deployer sends by itself is read before anything is locked: one
# that is gone by now leaves nothing behind.
if ! { problem=$(mkdir -p "$dir" 2>&1) && printf '%s\n' "$shared" "$activation" "$watchdog" >"$dir/watchdog" &&
  printf '%s\n' "$shared" "$activation" "$rollback" >"$dir/rollback" &&
  echo "$mark" >"$dir/mark" && echo - >"$dir/nonce" && : >"$dir/not-pending"; } 2>/dev/null; then
  answer no-room "$run cannot be written, or is full: $problem"
  rm -rf "$dir"
  exit 0
fi
read -r list_bytes || {
  rm -rf "$dir"
  exit 1
}
paths=$(head -c "$list_bytes")

# Two locks, because a lock cannot be handed to another process tree: this one
# is held while copying, the watchdog's own while it holds the machine.
exec 9>>"$run/session.lock"
exec 8>>"$run/watchdog.lock"
# `status` looks at the watchdog's lock for a moment, too.
if ! flock -n 9 || ! flock -w 1 8; then
  holder='someone unknown'
  [ ! -r "$run/holder" ] || read -r holder <"$run/holder"
  rm -rf "$dir"
  answer busy "$holder"
  exit 0
fi
exec 8>&-
printf '%s, since %s\n' "$who" "$since" >"$run/holder"

read -r boot_id </proc/sys/kernel/random/boot_id
find_back
old=$back
target "$profile"
would_boot=$target
target /run/current-system
runs=$target
find_boot_default
# Plaintext that a deployment left behind when it was cut off, and of which the way back from a reboot has no need.
if [ "$last_result" != rebooting ] && { [ -e /var/lib/secrets/.new ] || [ -e /var/lib/secrets/.old ]; }; then
  rm -rf /var/lib/secrets/.new /var/lib/secrets/.old
fi
# Links alone are no proof: what was confirmed is.
up_to_date=no
case $runs,$would_boot,$boots,$last_result,$last_new in
  "$next,$next,$next,confirmed,$next" | "$next,$next,-,confirmed,$next") ! secrets current || up_to_date=yes ;;
esac
answer hello "$boot_id" "$runs" "$old" "$up_to_date"
if [ "$up_to_date" = yes ]; then
  rm -rf "$dir"
  exit 0
fi

# A collection that the last deployment left running must not remove what this
# one finds present: share its lock until the new system is rooted.
exec 7>>"$run/gc.lock"
flock -n -s 7 || {
  answer waiting 'for the garbage collection after the previous deployment'
  flock -w 600 -s 7 || {
    answer busy 'a garbage collection'
    rm -rf "$dir"
    exit 0
  }
}

# What exists in the store is valid, but for what an interrupted copy or build
# left behind. Looking takes no time, asking nix does; and what remained of one that was
# taken for valid is found out: nix imports no path whose references are not
# valid. The system itself is asked for: it stands for all the others.
list_missing() {
  IFS=$newline
  missing=
  if [ "$verify" = 0 ] && [ ! -e "$next" ]; then
    for path in $paths; do [ -e "$path" ] || missing=$missing$path$newline; done
    missing=${missing%"$newline"}
  else
    # shellcheck disable=SC2086 # one path a word
    missing=$(nix-store --check-validity --print-invalid $paths) || exit 1
  fi
  unset IFS
}
count() { echo $#; }

list_missing
if [ "$substitute" = 1 ] && [ -n "$missing" ]; then
  # shellcheck disable=SC2086
  answer substituting "$(count $missing)"
  set --
  [ -z "$cache" ] || set -- --option extra-substituters "$cache"
  [ -z "$cache_key" ] || set -- "$@" --option extra-trusted-public-keys "$cache_key"
  # What no substituter has, or not within the time, is streamed below: a failure here is none.
  # shellcheck disable=SC2086
  timeout 300 nix-store --realise --keep-going --ignore-unknown "$@" $missing >/dev/null 2>"$dir/substitution" 7>&- 9>&- </dev/null || :
  list_missing
fi

# A large copy comes by a session of its own on the same connection, which runs this.
# shellcheck disable=SC2016 # for that shell
printf '%s\n' "PATH='$PATH'" "echo \$\$ >'$dir/receiver'" 'exec nix-daemon "$@"' >"$dir/receive"

{ read -r _ && read -r available; } <<EOT
$(df --output=avail -B1 /nix/store)
EOT
answer missing "$available"
IFS=$newline
# shellcheck disable=SC2086 # one path a word
[ -z "$missing" ] || printf "@$mark path %s\\n" $missing
unset IFS
answer end-of-list
ln -sfn "$next" /nix/var/nix/gcroots/nixos-deploy

# Two programs start while the deployer starts to send: the import, which waits for
# paths, and the watchdog. That one runs from tmpfs with the old system's own tools, so that
# nothing it needs depends on this connection or on the new system's files; it
# holds its lock, waits for ours to be let go, and ends if it finds no $dir/mode then.
# Opened for both ways, a pipe blocks nobody.
: >"$events" && mkfifo "$dir/ready" "$dir/wake" && exec 4<>"$dir/ready" || exit 1
systemd-run --quiet --collect --unit="nixos-deploy-$id" --description="activation of $next" \
  --property=OOMPolicy=continue --property=OOMScoreAdjust=-900 --property=TimeoutStopSec=15 \
  --property="OnFailure=nixos-deploy-$id-rollback.service" --property="OnSuccess=nixos-deploy-$id-rollback.service" \
  --setenv=PATH="$old/sw/bin:$PATH" --setenv=LC_ALL=C \
  /bin/sh "$dir/watchdog" "$old" </dev/null >/dev/null 2>"$dir/not-started" 4<&- 6<&- 7>&- 9>&- &
starter=$!
find_seconds_up
started=$seconds_up
# The timer of the rollback has run since then: where that was long ago it has all its time again.
restart_timer() {
  find_seconds_up
  [ "$((seconds_up - started))" -lt 10 ] || systemctl restart "nixos-deploy-$id-rollback.timer" 4<&- 7>&- 9>&-
} </dev/null >/dev/null 2>&1
exec 6<&0
nix-store --import <&6 >/dev/null 2>"$dir/errors" 4<&- 7>&- 9>&- &
importer=$!

# Says every ten seconds how much has arrived, and kills an import that has read
# and written nothing for a minute: the deployer's network died without a word, which it has
# noticed by now, and the lock would stay until TCP notices, hours later.
watch_import() {
  idle=0 seen='' pause='' receiver=''
  trap '[ -z "$pause" ] || kill "$pause"; exit' TERM
  while kill -0 $$; do
    sleep 10 &
    pause=$!
    wait "$pause"
    [ ! -s "$dir/receiver" ] || read -r receiver <"$dir/receiver"
    received=0 written=0
    for process in $importer $receiver; do
      { read -r _ in_bytes && read -r _ out_bytes; } <"/proc/$process/io" || continue
      received=$((received + in_bytes)) written=$((written + out_bytes))
    done
    idle=$((idle + 1))
    if [ "$received $written" != "$seen" ]; then
      idle=0 seen="$received $written"
      answer received "$received"
    fi
    # shellcheck disable=SC2086 # one process a word
    [ "$idle" -lt 6 ] || kill $importer $receiver
  done
}

if [ -n "$missing" ]; then
  watch_import </dev/null 2>/dev/null 4<&- 6<&- 7>&- 9>&- &
  monitor=$!
  wait "$importer"
  status=$?
  kill "$monitor" 2>/dev/null
  wait "$monitor"
  if [ "$status" != 0 ] || [ ! -e "$next" ]; then
    while read -r line; do answer detail "$line"; done <"$dir/errors"
    answer import-failed "$(df --output=avail -B1 /nix/store | tail -n 1)"
    exit 0
  fi
else
  kill "$importer"
  wait "$importer"
fi
exec 6<&-
: >"$dir/copied"
restart_timer
answer copied
secrets receive || exit 0

# NixOS refuses to switch between systems whose named inhibitors differ, and
# between different init interfaces. The deployer compares; no jq is needed here.
contents() {
  contents=
  [ ! -r "$1" ] || while read -r line || [ -n "$line" ]; do contents=$contents$line$newline; done <"$1"
}
encoded() { base64 -w 0 "$1" 2>/dev/null || printf -- -; }
differ=
for file in switch-inhibitors init-interface-version; do
  contents "$runs/$file"
  before=$contents
  contents "$next/$file"
  [ "$before" = "$contents" ] || differ=1
done
mode=switch
if [ -n "$differ" ]; then
  answer inhibitors "$(encoded "$runs/switch-inhibitors")" "$(encoded "$next/switch-inhibitors")" \
    "$(encoded "$runs/init-interface-version")" "$(encoded "$next/init-interface-version")"
  # shellcheck disable=SC2016 # for the inner shell
  mode=$(timeout 60 sh -c 'read -r word && echo "$word"')
  case $mode in switch | boot) ;; *) exit 0 ;; esac
fi

# Another switch, of nixos-rebuild or of an automatic upgrade, has the host by NixOS' own lock.
lock_name=/run/nixos/switch-to-configuration.lock
[ ! -e "$lock_name" ] || flock -n "$lock_name" true 4<&- 7>&- 9>&- || {
  answer waiting 'for another switch of the host to end'
  flock -w 60 "$lock_name" true 4<&- 7>&- 9>&- || {
    answer busy 'another switch (nixos-rebuild, or an automatic upgrade)'
    exit 0
  }
  # A deployer that is there says nothing now; of one that has gone meanwhile, the pipe has ended.
  # shellcheck disable=SC2016 # for the inner shell
  timeout 1 sh -c 'read -r word' 4<&- 7>&- 9>&-
  [ $? = 124 ] || exit 0
  answer note 'the other switch has ended'
}
wait "$starter" || {
  answer not-started "$(tail -n 1 "$dir/not-started")"
  exit 0
}
# It has its lock when it says so: now we may let go of ours, which is its sign. It
# never gets it where the watchdog of a deployment that was cut off holds it, and waits for ours.
# shellcheck disable=SC2016 # for the inner shell
[ -s "$dir/watchdog.pid" ] || ready=$(timeout 60 sh -c 'read -r word <&4 && echo "$word"')
[ "${ready:-}" != none ] || {
  answer not-started "the rollback: $(tail -n 1 "$dir/rollback-not-started")"
  exit 0
}
read -r watchdog 2>/dev/null <"$dir/watchdog.pid" || {
  systemctl stop --no-block "nixos-deploy-$id" 4<&- 7>&- 9>&-
  answer busy 'one that was cut off, and whose watchdog has not ended yet'
  exit 0
}
restart_timer
echo "$mode" >"$dir/mode"
exec 4<&- 7>&- 9>&-
set +f
for past in "$run"/*/; do
  [ "$past" = "$dir/" ] || [ ! -e "$past/events" ] || rm -rf "$past"
done
exec tail -n +1 -f --pid="$watchdog" "$events"
