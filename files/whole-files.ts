import { copyFileSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Let `write` fill an empty folder, and put its files into `folder`, each whole. Where that fails,
 * on a full disk for one, the files of before are still there.
 */
export function writeWhole(folder: string, write: (draft: string) => void): void {
  const draft = mkdtempSync(join(tmpdir(), 'draft-'));
  const copies = new Map<string, string>();
  try {
    write(draft);
    for (const name of readdirSync(draft, { recursive: true, encoding: 'utf8' })) {
      if (!lstatSync(join(draft, name)).isFile()) continue;
      const file = join(folder, name);
      mkdirSync(dirname(file), { recursive: true });
      copies.set(`${file}.new`, file);
      copyFileSync(join(draft, name), `${file}.new`);
    }
    for (const [copy, file] of copies) renameSync(copy, file);
  } finally {
    for (const copy of copies.keys()) rmSync(copy, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}
