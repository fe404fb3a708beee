# shellcheck shell=bash
# EC2 goes on with an import whose deployment ended early: what that leaves is named.
case ${1:-} in
  deploy | apply) ;;
  *) exec cdktf "$@" ;;
esac
trap : INT # Ctrl-C ends cdktf, and not what follows
status=0
cdktf "$@" || status=$?
[ "$status" = 0 ] || leaked-imports immutable 3>&2 2>/dev/null >&3 || true
exit "$status"
