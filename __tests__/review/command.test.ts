import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { planJson } from './plan-json';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iplz-review-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function review(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('node', ['run.cjs', 'review/main.ts', ...args], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${folder}:${process.env.PATH ?? ''}` },
  });
  return { status, stdout, stderr };
}

const PLANS = {
  nothing: planJson([{ actions: ['no-op'] }]),
  changes: planJson([{ actions: ['update'], before: { input: 1 }, after: { input: 2 } }]),
  instanceLost: planJson([{ address: 'aws_instance.host', actions: ['delete'] }]),
  dataAtRisk: planJson([{ address: 'aws_s3_bucket.state', actions: ['delete'] }]),
};

test.each([
  [['nothing'], 0],
  [['changes'], 2],
  [['instanceLost'], 3],
  [['dataAtRisk'], 4],
  [['nothing', 'instanceLost', 'changes'], 3],
] as const)('exit status of %j: %i', (names, expected) => {
  const { status, stdout, stderr } = review(
    ...names.flatMap((name) => ['--plan', write(`${name}.json`, PLANS[name])]),
  );
  expect(status).toBe(expected);
  expect(stderr).toBe('');
  for (const name of names) expect(stdout).toContain(`\`${name}\`: `);
});

test('the stack is the folder after stacks/, or else the name of the file', () => {
  const { stdout } = review(
    ...['--plan', write('cdktf.out/stacks/live/plan.json', PLANS.nothing)],
    ...['--plan', write('immutable.json', PLANS.nothing)],
  );
  expect(stdout).toBe('- `live`: nothing to do.\n- `immutable`: nothing to do.\n');
});

test('--out takes all of the review, standard output none', () => {
  const out = join(folder, 'review.md');
  expect(review('--plan', write('live.json', PLANS.nothing), '--out', out)).toEqual({
    status: 0,
    stdout: '',
    stderr: '',
  });
  expect(readFileSync(out, 'utf8')).toBe('`live`: nothing to do.\n');
});

test.each([
  ['no arguments', () => [], 'no --plan'],
  ['an unknown option', () => ['--plans', 'x'], 'unknown argument "--plans"'],
  ['a value that is missing', () => ['--plan'], '--plan: a value is missing'],
  ['a file that is missing', () => ['--plan', join(folder, 'absent.json')], 'absent.json: cannot be read'],
  ['a plan that is cut short', () => ['--plan', write('live.json', PLANS.changes.slice(0, 80))], 'cut short'],
  [
    'an unknown version',
    () => ['--plan', write('live.json', '{"format_version":"2.0"}')],
    'format version "2.0"',
  ],
  [
    'two plans of one stack',
    () => ['--plan', write('live.json', PLANS.nothing), '--plan', write('b/live.json', PLANS.nothing)],
    'two plans of stack live',
  ],
  ['a deep plan', () => ['--plan', write('live.json', deepPlan(30_000))], 'nested more than 400 deep'],
  [
    'a closure by a relative path',
    () => ['--plan', write('live.json', PLANS.nothing), '--closure', '-x', '/nix/store/b'],
    'expected an absolute path',
  ],
])('%s: exit status 1, and nothing written', (_, args, message) => {
  const out = join(folder, 'review.md');
  const { status, stdout, stderr } = review(...args(), '--out', out);
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(existsSync(out)).toBe(false);
});

/** JSON of arrays in arrays, which JSON.stringify could not write. */
function deepPlan(depth: number): string {
  const nested = (end: string) => '['.repeat(depth) + end + ']'.repeat(depth);
  return planJson([{ before: 'BEFORE', after: 'AFTER' }])
    .replace('"BEFORE"', nested('1'))
    .replace('"AFTER"', nested('2'));
}

describe('--closure', () => {
  function fakeNix(body: string): void {
    chmodSync(write('nix', `#!/bin/sh\ncase "$*" in\n${body}\nesac\n`), 0o755);
  }
  const closure = ['--closure', '/nix/store/old', '/nix/store/new'];

  test('compares two systems by nix', () => {
    fakeNix(`*diff-closures*/nix/store/old*/nix/store/new) echo 'acl: 2.3.1 → 2.3.2' ;;
*path-info*old) printf '/nix/store/old\\t  1048576\\n' ;;
*path-info*new) printf '/nix/store/new\\t  3145728\\n' ;;`);
    const { stdout, stderr } = review('--plan', write('live.json', PLANS.nothing), ...closure);
    expect(stderr).toBe('');
    expect(stdout).toContain('the system closure goes from 1.0 MiB to 3.0 MiB (+2.0 MiB)');
    expect(stdout).toContain('| ~ version | `acl` | `2.3.1` → `2.3.2` |  |');
  });

  test('says what nix said when it fails', () => {
    fakeNix(`*) echo "error: path '/nix/store/old' is not valid" >&2; exit 1 ;;`);
    const { status, stdout, stderr } = review('--plan', write('live.json', PLANS.nothing), ...closure);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain("error: path '/nix/store/old' is not valid");
  });
});
