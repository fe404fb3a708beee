#!/bin/sh
# The end of a boot: activates the system, then hands over to the command it was given.
set -eu

@toplevel@/activate
ln -sfn @toplevel@ /run/booted-system
[ $# -eq 0 ] || exec "$@"
