import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readSmallFile } from '../../files/small-file';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'iplz-file-'));
  mkdirSync(join(folder, 'folder'));
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  symlinkSync('nowhere', join(folder, 'dangling'));
  symlinkSync('/dev/zero', join(folder, 'zero'));
  writeFileSync(join(folder, 'a b'), 'text');
  writeFileSync(join(folder, 'large'), '');
  truncateSync(join(folder, 'large'), 3_000_000_000);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('a regular file is read, whatever its name', () => {
  expect(readSmallFile(join(folder, 'a b')).toString()).toBe('text');
});

test.each([
  ['folder', 'must be a regular file, got: a folder'],
  ['fifo', 'must be a regular file, got: a FIFO'],
  ['zero', 'must be a regular file, got: a device'],
  ['large', 'must be at most 16777216 bytes long, got: 3000000000'],
  ['dangling', 'ENOENT'],
])('%s is refused at once', (name, reason) => {
  expect(() => readSmallFile(join(folder, name))).toThrow(reason);
});
