#!/usr/bin/env bash
# Report a deployment in the job's summary: deploy-report.sh OUTCOME LOG
# OUTCOME is the step's (success, failure, …); LOG what deploy.sh kept. Shows the
# summary of each nixos-deploy, or else the end of the log.
set -euo pipefail
if [ $# -ne 2 ]; then
  echo 'deploy-report: expected: deploy-report.sh OUTCOME LOG' >&2
  exit 2
fi
plain=$(mktemp)
[ ! -e "$2" ] || sed 's/\x1b\[[0-9;]*m//g' "$2" >"$plain"

# The summary begins with what was copied and ends with the new system; cdktf puts the stack's name in front of each line.
summary=$(sed -n '/nixos-deploy: copied /,/  new system /p' "$plain")
{
  printf '## Deployment: %s\n\n' "$1"
  if [ -n "$summary" ] || [ "$1" != success ]; then
    # Indented, a line can end no code block.
    printf '%s\n' "${summary:-$(tail -n 40 "$plain")}" | sed 's/^/    /'
  fi
} >>"$GITHUB_STEP_SUMMARY"
