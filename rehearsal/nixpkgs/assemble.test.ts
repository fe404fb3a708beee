import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assemble-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('the stub has the Node of the PATH: that of the packages can be too old', () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const program of ['node', 'npm']) writeFileSync(join(bin, program), '#!/bin/sh\n', { mode: 0o755 });
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  execFileSync(join(__dirname, 'assemble.sh'), ['--systems-only', join(folder, 'stub')], { env });
  const machine = readFileSync(join(folder, 'stub/machine.nix'), 'utf8');
  expect(machine).toContain(`node = "${bin}/node";`);
  expect(machine).toContain(`npm = "${bin}/npm";`);
});
