# shellcheck shell=bash
# patchShebangs PATH...: scripts that name their interpreter by /usr/bin/env get it by its path.
patchShebangs() {
  local file line interpreter
  while IFS= read -r -d '' file; do
    IFS= read -r line <"$file" || continue
    [[ $line == '#!/usr/bin/env '* ]] || continue
    interpreter=$(type -P "${line##* }") || continue
    sed -i "1s|.*|#!$interpreter|" "$file"
  done < <(find "$@" -type f -perm -0100 -print0)
}
