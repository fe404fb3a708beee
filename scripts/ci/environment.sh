# shellcheck shell=bash
# Sourced by the steps that plan or deploy: a repository variable that nobody set
# comes as an empty text, which the project takes for a mistake.
for name in STATE_BUCKET BOOTSTRAP_AMI SSH_CIDRS DEPLOY_SSH_KEY KNOWN_HOSTS; do
  [ -n "${!name:-}" ] || unset "$name"
done
# The stacks that are planned or deployed, in this order, separated by spaces.
# shellcheck disable=SC2034 # for the script that sources this
read -ra stacks <<<"${STACKS:-immutable live}"

umask 077 # plans have sensitive values in clear
