import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A temporary folder for one run of jest, which goes with it: cdktf's Testing
 * leaves a folder behind for each stack that it synthesizes.
 */
export default function temporaryFolder(): void {
  const folder = mkdtempSync(join(tmpdir(), 'jest-'));
  process.env.TMPDIR = folder;
  process.on('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
}
