# shellcheck shell=bash disable=SC2154
# Hardware, then what runs on it: a command for all stacks is given to `live` and to `deployment`, in the
# order that each needs. Whoever names a stack gets that one. In front of it: arguments.sh.
stacks=()
[ -n "$named" ] || stacks=(live deployment)
case ${1:-} in
  deploy | apply)
    trap : INT # Ctrl-C ends cdktf, and not what follows
    status=0
    cdktf "$1" "${stacks[@]}" "${@:2}" || status=$?
    # EC2 goes on with an import whose deployment ended early: what that leaves is named.
    [ "$status" = 0 ] || CDKTF_OUTPUT=$folder leaked-imports live 3>&2 2>/dev/null >&3 || true
    exit "$status"
    ;;
  # cdktf knows their order, and that destroying goes the other way.
  destroy) exec cdktf "$1" "${stacks[@]}" "${@:2}" ;;
  output) exec cdktf output "${stacks[@]:0:1}" "${@:2}" ;;
  diff | plan)
    [ -z "$named" ] || exec cdktf "$@"
    cdktf diff live "${@:2}"
    ;;
  *) exec cdktf "$@" ;;
esac

pending=$(pending-hosts "$folder/stacks/live")
[ -n "$pending" ] || exec cdktf diff deployment "${@:2}"
printf 'live: the deployment to %s follows once live is deployed, and is planned then\n' "${pending//$'\n'/, }"
