#!/bin/bash
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

# A file with a mode is a copy, as for NixOS: sshd wants no link into the store. A link leads
# to $static, and so to this system by now: one that is there already stays.
(cd "$static/" && find . ! -type d ! -name '*.mode' -printf '%P\n') | while read -r file; do
  case $file in */*) [ -d "/etc/${file%/*}" ] || mkdir -p "/etc/${file%/*}" ;; esac
  if [ -e "$static/$file.mode" ]; then
    read -r mode <"$static/$file.mode"
    install -m "$mode" "$static/$file" "/etc/$file.tmp"
    mv -f "/etc/$file.tmp" "/etc/$file"
  elif ! { [ -L "/etc/$file" ] && [ "/etc/$file" -ef "$static/$file" ]; }; then
    ln -sfn "$static/$file" "/etc/$file"
  fi
done

ln -sfn "$toplevel" /run/current-system
