import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { buildSync } from 'esbuild';

import { type Lie, lies } from './lies';
import { Program } from './program';

const TOPLEVEL = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-live-26.05';
/** How much faster the deployer's clock goes once the lie is told: what it waits for then is an end by its limits. */
const SPEED = 40;
const AT_ONCE = 4;

const program = new Program();
const directory = mkdtempSync(join(tmpdir(), 'lying-host-'));
afterAll(() => {
  program.remove();
  rmSync(directory, { recursive: true });
});

writeFileSync(
  join(directory, 'clock.cjs'),
  `const { existsSync } = require('node:fs');
const now = performance.now.bind(performance);
let told;
performance.now = () => {
  const time = now();
  if (told === undefined && existsSync(process.env.TOLD)) told = time;
  return told === undefined ? time : told + (time - told) * ${SPEED};
};
global.setTimeout = (act, milliseconds) => {
  const due = performance.now() + milliseconds;
  const timer = setInterval(() => {
    if (performance.now() < due) return;
    clearInterval(timer);
    act();
  }, 10);
  return timer;
};
require('node:timers/promises').setTimeout = (milliseconds) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
`,
);
const bin = join(directory, 'bin');
mkdirSync(bin);
buildSync({
  entryPoints: [join(__dirname, 'lying-host.ts')],
  bundle: true,
  platform: 'node',
  outfile: join(directory, 'ssh.cjs'),
});
writeFileSync(
  join(bin, 'ssh'),
  `#!/bin/sh\nexec '${process.execPath}' '${join(directory, 'ssh.cjs')}' "$@"\n`,
);
chmodSync(join(bin, 'ssh'), 0o755);

interface Seen {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Connections, and words to the host. */
  readonly log: readonly string[];
}

let runs = 0;

async function deployTo(lie: string, more: Readonly<Record<string, string>> = {}): Promise<Seen> {
  const folder = join(directory, String((runs += 1)));
  mkdirSync(folder);
  const env = {
    PATH: `${bin}:${process.env.PATH ?? ''}`,
    LIE: lie,
    LOG: join(folder, 'log'),
    TOLD: join(folder, 'told'),
    TMPDIR: folder,
    TARGET_HOST: 'host',
    TOPLEVEL,
    SUBSTITUTE_ON_TARGET: '1',
    KNOWN_HOSTS_FILE: join(folder, 'known_hosts'),
    CONNECT_TIMEOUT: '60',
    ACTIVATION_TIMEOUT: '10',
    HEALTH_TIMEOUT: '40',
    CONFIRM_TIMEOUT: '40',
    ...more,
  };
  writeFileSync(env.LOG, '');
  const child = spawn(process.execPath, ['--require', join(directory, 'clock.cjs'), program.file], { env });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text));
  const timer = setTimeout(() => child.kill('SIGKILL'), 600_000);
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  return { status, ...said, log: readFileSync(env.LOG, 'utf8').trim().split('\n') };
}

test('an honest host is believed, on two connections', async () => {
  const { status, stderr, log } = await deployTo('none');
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  expect(log).toEqual(['held', 'new', expect.stringMatching(/^confirm [0-9a-f]{32}$/)]);
});

describe('a host', () => {
  const seen = new Map<Lie, Seen>();
  beforeAll(async () => {
    const queue = [...lies];
    const work = async () => {
      for (let lie = queue.shift(); lie; lie = queue.shift()) {
        seen.set(lie, await deployTo(lie.name));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }, 3_600_000);

  test.each(lies.map((lie) => [lie.name, lie] as const))('that %s', (_, lie) => {
    const { status, stdout, stderr, log } = seen.get(lie) ?? {
      status: null,
      stdout: '',
      stderr: '',
      log: [],
    };
    expect({ status, stderr: status === lie.ends ? '' : stderr.slice(0, 2000) }).toEqual({
      status: lie.ends,
      stderr: '',
    });
    const said = `${stdout}${stderr}`;
    expect(said).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/,
    );
    expect(said).not.toMatch(/^\s*::[a-z-]+[^:]*::|##\[|##vso\[/m);
    expect(said).not.toMatch(/^ +at .*:\d+:\d+\)?$/m);
    if (lie.ends !== 0) expect(stdout).toBe('');
    // The lines of a summary are ours alone.
    expect(stdout.split('\n').filter((line) => line.startsWith('nixos-deploy: copied'))).toHaveLength(
      lie.ends === 0 ? 1 : 0,
    );
    if (lie.ends === 0) expect(log.some((line) => line.startsWith('confirm '))).toBe(true);
  });

  test('lies in at least 60 ways', () => {
    expect(lies.length).toBeGreaterThanOrEqual(60);
  });
});

test('a host that is asked to go back, and keeps the system, is not believed', async () => {
  // lying-host.ts acknowledges a confirmation alone: here it takes `refuse` for one.
  const { status, stderr } = await deployTo('none', { HEALTH_CHECK: 'false', HEALTH_TIMEOUT: '4' });
  expect({ status, said: stderr.includes('cannot be seen') }).toEqual({ status: 16, said: true });
});
