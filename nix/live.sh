# shellcheck shell=bash disable=SC2154
# Hardware, then what runs on it: a command for all stacks is given to `live` and to `deployment`, in the
# order that each needs. Whoever names a stack gets that one. In front of it: arguments.sh.
case ${1:-} in
  deploy | apply)
    trap : INT # Ctrl-C ends cdktf, and not what follows
    status=0
    if [ -n "$named" ]; then cdktf "$@"; else cdktf "$1" live deployment "${@:2}"; fi || status=$?
    # EC2 goes on with an import whose deployment ended early: what that leaves is named.
    [ "$status" = 0 ] || CDKTF_OUTPUT=$folder leaked-imports live 3>&2 2>/dev/null >&3 || true
    exit "$status"
    ;;
esac
[ -z "$named" ] || exec cdktf "$@"
case ${1:-} in
  # cdktf knows their order, and that destroying goes the other way.
  destroy) exec cdktf "$1" live deployment "${@:2}" ;;
  output) exec cdktf output live "${@:2}" ;;
  diff | plan) cdktf diff live "${@:2}" ;;
  *) exec cdktf "$@" ;;
esac

pending=$(pending-hosts "$folder/stacks/live")
[ -n "$pending" ] || exec cdktf diff deployment "${@:2}"
printf 'live: the deployment to %s follows once live is deployed, and is planned then\n' "${pending//$'\n'/, }"
