#!/usr/bin/env bash
# Every linter of the project, all run even if one complains; what one finds is
# printed, and the names of those that complained at the end.
# Exit status: 0 nothing to complain of; 1 something.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What the set-up installed for `npm test`; where it never ran (app/nix/checks/lint.nix), PATH has it all.
PATH=$PWD/.tools:$PWD/node_modules/.bin:$PWD/.venv/bin:$PATH

missing=()
for program in tsc eslint prettier shellcheck ruff nixfmt deadnix actionlint zizmor; do
  command -v "$program" >/dev/null || missing+=("$program")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "lint: not on PATH: ${missing[*]}; \`rehearsal/setup.sh --tests\` installs them" >&2
  exit 1
fi

tracked() { git ls-files --cached --others --exclude-standard -z -- "$@"; }
complaints=()
lint() {
  local name=$1
  shift
  "$@" || complaints+=("$name")
}
on_files() { tracked "$1" | xargs -0 --no-run-if-empty "${@:2}"; }
# A part that a program sources is checked with it, where its variables have a meaning.
shell_programs() {
  local parts
  parts=$(git grep -h --only-matching 'shellcheck source=[^ ]*' -- '*.sh' | cut -d= -f2)
  tracked '*.sh' .ci/run | tr '\0' '\n' | grep -vxF "$parts" |
    xargs --delimiter '\n' shellcheck --external-sources --check-sourced
}

lint types tsc --project .
lint eslint eslint .
lint prettier prettier --check --log-level warn .
lint shellcheck shell_programs
lint ruff ruff check --quiet .
lint 'ruff format' ruff format --quiet --check .
lint nixfmt on_files '*.nix' nixfmt --check
lint deadnix on_files '*.nix' deadnix --fail --no-lambda-pattern-names
lint actionlint actionlint
lint zizmor zizmor --offline --quiet --no-progress .github

if [ ${#complaints[@]} -gt 0 ]; then
  echo "lint: complaints of: ${complaints[*]}" >&2
  exit 1
fi
