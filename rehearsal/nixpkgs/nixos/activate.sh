#!/bin/sh
# Makes /etc what the system says, and names it as the running system.
set -eu

toplevel=@toplevel@
static=/etc/static
mkdir -p /etc /run /var
touch /etc/NIXOS
ln -sfn /run /var/run

# What an earlier system had and this one has not goes.
if [ -L "$static" ]; then
  (cd "$static/" && find . ! -type d ! -name '*.mode' -printf '%P\n') | while read -r file; do
    [ -e "$toplevel/etc/$file" ] || rm -f "/etc/$file"
  done
fi
ln -sfn "$toplevel/etc" "$static"

# A file with a mode is a copy, as for NixOS: sshd wants no link into the store.
(cd "$static/" && find . ! -type d ! -name '*.mode' -printf '%P\n') | while read -r file; do
  mkdir -p "/etc/$(dirname "$file")"
  if [ -e "$static/$file.mode" ]; then
    cp "$static/$file" "/etc/$file.tmp"
    chmod "$(cat "$static/$file.mode")" "/etc/$file.tmp"
    mv -f "/etc/$file.tmp" "/etc/$file"
  else
    ln -sfn "$static/$file" "/etc/$file"
  fi
done

ln -sfn "$toplevel" /run/current-system
