import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { claimFolder } from '../../synth/claim-folder';

let folder: string;
let other: ChildProcess;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iplz-claim-'));
  other = spawn('sleep', ['600']);
});

afterEach(() => {
  other.kill();
  rmSync(folder, { recursive: true });
});

test('a process may claim a folder again and again', () => {
  claimFolder(folder, process.pid);
  expect(() => {
    claimFolder(folder, process.pid);
  }).not.toThrow();
});

test('a folder that a running process has claimed is refused, and left to it', () => {
  claimFolder(folder, other.pid ?? 0);
  const claims = readdirSync(folder);
  expect(() => {
    claimFolder(folder, process.pid);
  }).toThrow(`got       process ${other.pid}, which has not ended yet`);
  expect(readdirSync(folder)).toEqual(claims);
});

test('a claim ends with its process, however that ended', async () => {
  claimFolder(folder, other.pid ?? 0);
  other.kill('SIGKILL');
  await once(other, 'exit');
  claimFolder(folder, process.pid);
  expect(readdirSync(folder)).toHaveLength(1);
});

test('a later process of the same id is another one', () => {
  writeFileSync(join(folder, `claimed-by-${other.pid}-1`), '');
  expect(() => {
    claimFolder(folder, process.pid);
  }).not.toThrow();
});
