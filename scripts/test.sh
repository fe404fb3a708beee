#!/usr/bin/env bash
# `npm test`: install what is missing, then the TypeScript tests, and beside them, because
# they mostly wait, the linters, the Python tests and what the flake means on a real nixpkgs
# (skipped where there is none). All of them run even if one fails. The last line counts.
# Exit status: 0 all passed; 1 something failed; 2 no way to run here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ "$(uname -s)" != Linux ] || [ "$(id -u)" != 0 ]; then
  echo "test: the end-to-end tests need root on Linux for their namespaces; this is $(uname -s) as $(id -un). What needs no root: npx jest --testPathIgnorePatterns root.test" >&2
  exit 2
fi
rehearsal/setup.sh --tests
export PATH=$PWD/.tools:$PATH

reports=$(mktemp -d)
declare -A jobs
trap 'rm -rf "$reports"' EXIT
trap 'kill "${jobs[@]}"; exit 130' INT TERM

# beside NAME COMMAND...: runs it meanwhile; `shown NAME` awaits it, shows what it said and
# leaves its status in $status.
beside() {
  "${@:2}" >"$reports/$1.out" 2>&1 &
  jobs[$1]=$!
}
shown() {
  echo "── $1"
  status=0
  wait "${jobs[$1]}" || status=$?
  cat "$reports/$1.out"
}
passed=0 failed=0 skipped=0
count() {
  passed=$((passed + $1))
  failed=$((failed + $2))
  skipped=$((skipped + $3))
}
# outcome FILE: counts a runner's report; one that left none has failed as a whole.
outcome() {
  local numbers
  if numbers=$(node scripts/outcome.cjs "$1"); then
    # shellcheck disable=SC2086 # three numbers
    count $numbers
  else
    count 0 1 0
  fi
}

beside lint scripts/lint.sh
beside nixpkgs scripts/check-nixpkgs.sh
beside 'Python tests' .venv/bin/python3 -m pytest --quiet --junitxml "$reports/pytest.xml" __tests__ rehearsal

echo '── TypeScript tests'
node_modules/.bin/jest --ci --json --outputFile "$reports/jest.json" || true
outcome "$reports/jest.json"
shown 'Python tests'
outcome "$reports/pytest.xml"
for check in lint nixpkgs; do
  shown "$check"
  case $status in
    0) count 1 0 0 ;;
    77) count 0 0 1 ;;
    *) count 0 1 0 ;;
  esac
done

echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
