import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iplz-run-'));
  for (const file of ['run.cjs', 'package.json']) cpSync(file, join(folder, file));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Run a program of these lines, with its output to a pipeline's next part. */
function run(
  lines: string,
  { pipe = 'cat', env = {} }: { pipe?: string; env?: Record<string, string> } = {},
) {
  writeFileSync(join(folder, 'program.ts'), lines);
  const script = `set -o pipefail; node run.cjs program.ts | ${pipe}`;
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });
  return { status, stdout, stderr };
}

test('a program that ends well', () => {
  expect(run(`console.log('done')`)).toEqual({ status: 0, stdout: 'done\n', stderr: '' });
});

test('a bundle runs as it is', () => {
  // To bundle it again would leave the comment out.
  writeFileSync(join(folder, 'bundle.cjs'), 'console.log(String(() => { /* as it is */ }))');
  const { stdout } = spawnSync('node', ['run.cjs', 'bundle.cjs'], { cwd: folder, encoding: 'utf8' });
  expect(stdout).toBe('() => { /* as it is */ }\n');
});

test('what a library uses that Node deprecates is not shown; other warnings are', () => {
  const { stderr } = run(`process.emitWarning('use another', 'DeprecationWarning', 'DEP0044');
process.emitWarning('look here')`);
  expect(stderr).toContain('look here');
  expect(stderr).not.toContain('use another');
});

test('its own status is its own', () => {
  expect(run('process.exitCode = 3')).toMatchObject({ status: 3, stderr: '' });
});

test.each([
  ['an error', `throw new Error('the file is odd')`, 'program.ts: the file is odd\n'],
  ['a promise that fails', `void Promise.reject(new Error('no answer'))`, 'program.ts: no answer\n'],
  [
    'an error of the system',
    `require('fs').readFileSync('absent')`,
    "program.ts: ENOENT: no such file or directory, open 'absent'\n",
  ],
  [
    'a module that is not installed',
    `import 'absent-module'`,
    'program.ts: the module absent-module is not installed: npm ci installs what package-lock.json names\n',
  ],
])('%s ends it with a sentence and status 1', (_, lines, stderr) => {
  expect(run(lines)).toEqual({ status: 1, stdout: '', stderr: stderr });
});

test('the trace is there for who asks', () => {
  const { stderr } = run(`throw new Error('odd')`, { env: { RUN_TRACE: '1' } });
  expect(stderr).toMatch(/^program\.ts: odd\nError: odd\n +at /);
});

test('a program may have an end of its own', () => {
  const lines = `process.on('uncaughtException', () => process.exit(7)); throw new Error('odd');`;
  expect(run(lines)).toEqual({ status: 7, stdout: '', stderr: '' });
});

test('without node_modules it says how to install them', () => {
  rmSync(join(folder, 'node_modules'));
  expect(run('')).toMatchObject({
    status: 1,
    stderr: 'program.ts: the module esbuild is not installed: npm ci installs what package-lock.json names\n',
  });
});

test('a reader that has seen enough ends it as SIGPIPE does, without a word', () => {
  const lines = `const more = () => { process.stdout.write('line\\n'.repeat(1000), () => setImmediate(more)); }; more();`;
  expect(run(lines, { pipe: 'head -1' })).toEqual({ status: 141, stdout: 'line\n', stderr: '' });
});

test('an output that takes no more is an error', () => {
  expect(run(`console.log('done')`, { pipe: 'cat' }).status).toBe(0);
  writeFileSync(join(folder, 'program.ts'), `console.log('done')`);
  const { status, stderr } = spawnSync('bash', ['--norc', '-c', 'node run.cjs program.ts >/dev/full'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: 'program.ts: ENOSPC: no space left on device, write\n',
  });
});

test('a Node that is too old is refused', () => {
  mkdirSync(join(folder, 'bin'));
  const old = `Object.defineProperty(process.versions, 'node', { value: '18.19.0' })`;
  writeFileSync(join(folder, 'old.cjs'), old);
  writeFileSync(join(folder, 'bin/node'), `#!/bin/sh\nexec ${process.execPath} --require ./old.cjs "$@"\n`);
  chmodSync(join(folder, 'bin/node'), 0o755);
  const env = { PATH: `${join(folder, 'bin')}:${process.env.PATH ?? ''}` };
  expect(run('', { env })).toMatchObject({
    status: 1,
    stderr: 'run.cjs: Node must be >=20.9 <24, got: 18.19.0\n',
  });
});
