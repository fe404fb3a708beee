import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A folder with a `nix` that lets deploy-rs work with nix 2.8, which cannot print what it has built and knows no
 * path-info of what is not: this one builds, and prints the outputs. Costs deploy-rs a shell's start.
 */
export function olderNix(directory: string): string {
  const folder = join(directory, 'older-nix');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'nix'),
    `#!/bin/sh
PATH=\${PATH#*:}
case " $* " in
  *' path-info '*.drv' ') for derivation; do :; done; exec nix-store --realise "$derivation" ;;
  *' --print-out-paths '*) ;;
  *) exec nix "$@" ;;
esac
for word; do
  shift
  case $word in
    --print-out-paths) continue ;;
    *.drv^out) word=\${word%^out} ;;
  esac
  case $word in *.drv) derivation=$word ;; esac
  set -- "$@" "$word"
done
nix "$@" || exit
if [ -n "\${derivation-}" ]; then nix-store --query --outputs "$derivation"; else echo "$SYSTEM"; fi
`,
    { mode: 0o755 },
  );
  return folder;
}
