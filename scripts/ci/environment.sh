# shellcheck shell=bash
# Sourced by the steps that plan or deploy: a repository variable that nobody set
# comes as an empty text, which the project takes for a mistake.
for name in STATE_BUCKET BOOTSTRAP_AMI SSH_CIDRS DEPLOY_SSH_KEY DEPLOY_AGE_KEY KNOWN_HOSTS; do
  [ -n "${!name:-}" ] || unset "$name"
done

if [ -z "${STATE_BUCKET+set}" ]; then
  cat >&2 <<END
$(basename "$0" .sh): nothing was done: a runner's local state ends with it, and every run would make new machines
STATE_BUCKET
  got       nothing: it is unset or empty
  expected  the name of the bucket that keeps the stacks' state
  set it    make the bucket and move the state there once (docs/state.md), then give its name to the
            repository's variable STATE_BUCKET (.github/workflows/README.md)
END
  exit 2
fi

# The stacks that are planned or deployed, in this order, separated by spaces.
# shellcheck disable=SC2034 # for the script that sources this
read -ra stacks <<<"${STACKS:-immutable live}"

umask 077 # plans have sensitive values in clear
