# shellcheck shell=bash disable=SC2154
# EC2 goes on with an import whose deployment ended early: what that leaves is named. In front of it: arguments.sh.
case ${1:-} in
  deploy | apply) ;;
  *) exec cdktf "$@" ;;
esac
trap : INT # Ctrl-C ends cdktf, and not what follows
status=0
cdktf "$@" || status=$?
[ "$status" = 0 ] || CDKTF_OUTPUT=$folder leaked-imports immutable 3>&2 2>/dev/null >&3 || true
exit "$status"
