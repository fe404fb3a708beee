import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

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

test('a claim ends with its process, even if nobody waits for that', async () => {
  const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; exec sleep 600']);
  try {
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    claimFolder(folder, pid);
    // A shell would still wait for it.
    await until(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8') === 'sleep\n');
    process.kill(pid, 'SIGKILL');
    await until(() => readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '));
    claimFolder(folder, process.pid);
    expect(readdirSync(folder)).toHaveLength(1);
  } finally {
    parent.kill();
  }
});

async function until(condition: () => boolean): Promise<void> {
  for (let look = 0; look < 30_000 && !condition(); look += 1) await setTimeout(10);
  expect(condition()).toBe(true);
}

test('a later process of the same id is another one', () => {
  writeFileSync(join(folder, `claimed-by-${other.pid}-1`), '');
  expect(() => {
    claimFolder(folder, process.pid);
  }).not.toThrow();
});
