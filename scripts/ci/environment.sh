# shellcheck shell=bash
# Sourced by the steps that plan or deploy: a repository variable that nobody set
# comes as an empty text, which the project takes for a mistake.
for name in STATE_BUCKET BOOTSTRAP_AMI SSH_CIDRS DEPLOY_SSH_KEY DEPLOY_AGE_KEY KNOWN_HOSTS; do
  [ -n "${!name:-}" ] || unset "$name"
done

# refuse NAME GOT EXPECTED FIX, before anything is done
refuse() {
  printf '%s: nothing was done\n%s\n  got       %s\n  expected  %s\n  set it    %s\n' "$(basename "$0" .sh)" "$@" >&2
  exit 2
}

if [ -z "${STATE_BUCKET+set}" ]; then
  refuse STATE_BUCKET 'nothing: it is unset or empty' \
    "the name of the bucket that keeps the stacks' state: a local one ends with its runner, and every run would make new instances" \
    "make the bucket and move the state there once (docs/state.md), then give its name to the repository's variable STATE_BUCKET (.github/workflows/README.md)"
fi

# The stacks that are planned or deployed, in this order, separated by blanks or line ends.
read -d '' -ra stacks <<<"${STACKS:-immutable live}" || :
named=' '
for stack in "${stacks[@]}"; do
  # CUSTOMIZE: the names of the stacks, as `nix run .#NAME` takes them.
  case "$named$stack" in
    *" $stack "*) refuse STACKS "$(printf '%q, twice' "$stack")" 'each stack once' 'STACKS="immutable live"' ;;
    *' immutable' | *' live' | *' deployment') named+="$stack " ;;
    *) refuse STACKS "$(printf '%q' "$stack")" 'names of stacks: immutable, live (which is deployed with deployment) or deployment' 'STACKS="immutable live"' ;;
  esac
done
[[ $named != *' live '* || $named != *' deployment '* ]] ||
  refuse STACKS 'live beside deployment' 'one of them: live is planned and deployed with deployment' 'STACKS="immutable live"'
[ ${#stacks[@]} -gt 0 ] ||
  refuse STACKS 'blanks alone' 'names of stacks: immutable, live (which is deployed with deployment) or deployment' 'STACKS="immutable live", or unset it for both'

umask 077 # plans have sensitive values in clear
