#!/bin/sh
# Stage 2 of a boot: activates the system, then becomes its systemd.
set -eu

export PATH=/run/current-system/sw/bin:/usr/sbin:/usr/bin
@toplevel@/activate || echo "activation of @toplevel@ ended with $?"
ln -sfn @toplevel@ /run/booted-system
mkdir -p /nix/var/nix/gcroots
ln -sfn /run/booted-system /nix/var/nix/gcroots/booted-system
ln -sfn /run/current-system /nix/var/nix/gcroots/current-system

# The first boot of an image: nix learns which paths came with it.
if [ -e /nix-path-registration ]; then
  nix-store --load-db </nix-path-registration
  nix-env --profile /nix/var/nix/profiles/system --set @toplevel@
  rm /nix-path-registration
fi

# NixOS' systemd is built to look at these folders; the machine's looks elsewhere, too.
SYSTEMD_UNIT_PATH=/etc/systemd/system.control:/run/systemd/system.control:/run/systemd/transient
SYSTEMD_UNIT_PATH=$SYSTEMD_UNIT_PATH:/etc/systemd/system:/run/systemd/system
SYSTEMD_GENERATOR_PATH=/etc/systemd/system-generators
export SYSTEMD_UNIT_PATH SYSTEMD_GENERATOR_PATH
exec /run/current-system/systemd/lib/systemd/systemd
