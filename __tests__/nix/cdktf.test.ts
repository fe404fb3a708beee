import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdktf-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Run nix/cdktf.sh beside programs that note how they were called, and what OUTCOME_FOLDER it had. */
function cdktf(args: readonly string[], status = 0) {
  const calls = join(folder, 'calls');
  const text = `#!/bin/sh
echo "\${0##*/} $* \${OUTCOME_FOLDER:+with outcomes}" >>${calls}
[ -z "\${OUTCOME_FOLDER:-}" ] || { test -d "$OUTCOME_FOLDER" && echo "$OUTCOME_FOLDER" >${folder}/outcomes; }
case $0 in */node) exit ${status} ;; *) exit 3 ;; esac
`;
  for (const program of ['node', 'deployment-summary'])
    writeFileSync(join(folder, program), text, { mode: 0o755 });
  const script = `program=(--require first.js cdktf.js); . ${resolve('nix/cdktf.sh')}`;
  const ended = spawnSync('bash', ['-euo', 'pipefail', '-c', script, 'cdktf', ...args], {
    env: { PATH: `${folder}:${process.env.PATH}`, TMPDIR: folder },
    encoding: 'utf8',
  });
  return { status: ended.status, calls: readFileSync(calls, 'utf8').trim().split('\n') };
}

test.each(['deploy', 'apply'])('%s: the outcomes of its hosts are summed up, and are gone then', (verb) => {
  const { status, calls } = cdktf([verb, '--auto-approve']);
  const outcomes = readFileSync(join(folder, 'outcomes'), 'utf8').trim();
  expect({ status, calls }).toEqual({
    status: 0,
    calls: [
      `node --require first.js cdktf.js ${verb} --auto-approve with outcomes`,
      `deployment-summary ${outcomes} with outcomes`,
    ],
  });
  expect(existsSync(outcomes)).toBe(false);
});

test('a deployment that fails is summed up, and keeps its exit status', () => {
  const { status, calls } = cdktf(['deploy'], 7);
  expect({ status, count: calls.length }).toEqual({ status: 7, count: 2 });
});

test.each([[['diff']], [['destroy']], [['output']], [[]]])('%p has nothing to sum up', (args) => {
  expect(cdktf(args, 5)).toEqual({
    status: 5,
    calls: [`node --require first.js cdktf.js ${args.join(' ')}`.trim()],
  });
});
