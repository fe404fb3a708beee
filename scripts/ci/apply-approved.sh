#!/usr/bin/env bash
# In place of tofu under cdktf (TERRAFORM_PROGRAM): an apply plans, and applies that one plan, if
# it does what was approved; whatever else it is called for is tofu's. Status 3: not approved.
# Environment: APPROVED_PLANS, the file that plan.sh wrote for the review.
set -euo pipefail
if [ "${1:-}" != apply ]; then exec tofu "$@"; fi
stack=$(basename "$PWD")

options=()
for option in "${@:2}"; do
  [ "$option" = -auto-approve ] || options+=("$option")
done
tofu plan -input=false -out=approved.plan "${options[@]}"
umask 077
tofu show -json approved.plan >approved.json
summary=$(node "$(dirname "${BASH_SOURCE[0]}")/plan-digest.cjs" approved.json)
rm approved.json
if ! grep -qxF -e "$stack ${summary% *}" -e "$stack follows" "$APPROVED_PLANS"; then
  cat >&2 <<END
apply-approved: $stack is not deployed: what it would do now (above) is not what the review showed
  got       a plan of SHA-256 ${summary% *}
  expected  $(grep "^$stack " "$APPROVED_PLANS" || echo "none: the review had no plan of $stack")
  set it    run the workflow again: it plans, and asks for approval, again
END
  exit 3
fi
exec tofu apply -input=false "${options[@]}" approved.plan
