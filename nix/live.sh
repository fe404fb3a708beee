# shellcheck shell=bash
# Hardware, then what runs on it: a command for all stacks is given to `live` and to
# `deployment`, in the order that each needs. Whoever names a stack gets that one.
case ${2:-} in
  [!-]*) named=1 ;;
  *) named= ;;
esac
case ${1:-} in
  deploy | apply)
    trap : INT # Ctrl-C ends cdktf, and not what follows
    status=0
    if [ -n "$named" ]; then cdktf "$@"; else cdktf "$1" live deployment "${@:2}"; fi || status=$?
    # EC2 goes on with an import whose deployment ended early: what that leaves is named.
    [ "$status" = 0 ] || leaked-imports live 3>&2 2>/dev/null >&3 || true
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

folder=${CDKTF_OUTPUT:-cdktf.out} previous=''
for argument; do
  case $previous in --output | -o) folder=$argument ;; esac
  case $argument in --output=* | -o=*) folder=${argument#*=} ;; esac
  previous=$argument
done
pending=$(pending-hosts "$folder/stacks/live")
[ -n "$pending" ] || exec cdktf diff deployment "${@:2}"
printf 'live: the deployment to %s follows once live is deployed, and is planned then\n' "${pending//$'\n'/, }"
