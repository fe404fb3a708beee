import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Failure } from '../../nixos-deploy/exit-status';
import { helpText } from '../../nixos-deploy/help';
import { NAMES, readSettings } from '../../nixos-deploy/settings';
import { Program } from './program';

const HASH = '0123456789abcdfghijklmnpqrsvwxyz';
const TOPLEVEL = `/nix/store/${HASH}-nixos-system-live-26.05`;
// An address that nothing answers on: a value that passed would end with 10, after a second.
const GOOD = {
  TARGET_HOST: '127.0.0.1',
  SSH_PORT: '1',
  TOPLEVEL,
  SUBSTITUTE_ON_TARGET: '1',
  CONNECT_TIMEOUT: '1',
};

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'nixos-deploy-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** What is said of values that are refused; undefined when they pass. */
function problemsOf(env: Readonly<Record<string, string>>): readonly string[] | undefined {
  try {
    readSettings(env, 'deploy');
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure) || error.status !== 2) throw error;
    return error.lines;
  }
}

describe('values', () => {
  test('that are missing are named together, with what to do', () => {
    const problems = problemsOf({})?.join('\n');
    expect(problems).toContain('TARGET_HOST must be the address or name of the host; got: nothing');
    expect(problems).toContain('TOPLEVEL must be the store path of a NixOS system');
    expect(problems).toContain('nix build');
  });

  test('an address that is empty, as that of a stopped instance, says so', () => {
    const problems = problemsOf({ ...GOOD, TARGET_HOST: '' })?.join('\n');
    expect(problems).toContain('An instance that is stopped has no address: start it and deploy live');
  });

  test('that are good pass, and have their types', () => {
    const { HOME: home = '' } = process.env;
    expect(
      readSettings({ ...GOOD, HOME: home, ALLOW_REBOOT: '1', SSH_JUMP: 'ops@b:2222' }, 'deploy'),
    ).toMatchObject({
      TARGET_HOST: '127.0.0.1',
      SSH_PORT: 1,
      SSH_USER: 'root',
      SSH_JUMP: { user: 'ops', host: 'b', port: '2222' },
      HOST_KEY: 'first-use',
      ALLOW_REBOOT: true,
      ALLOW_FAILED_UNITS: false,
      CONFIRM_TIMEOUT: 30,
      KNOWN_HOSTS_FILE: join(process.cwd(), 'known_hosts'),
      AGE_IDENTITY_FILE: join(home, '.ssh/id_ed25519'),
    });
  });

  test('that are empty are as good as unset', () => {
    const empty = Object.fromEntries(NAMES.filter((name) => !(name in GOOD)).map((name) => [name, '']));
    expect(readSettings({ ...GOOD, ...empty }, 'deploy')).toEqual(readSettings(GOOD, 'deploy'));
  });

  test('that nobody asked for have no part in it', () => {
    const names = ['closure', 'step_name', 'work', 'id', 'event', 'old_system', 'IFS', 'action', 'CDPATH'];
    const globals = Object.fromEntries(names.map((name) => [name, 'x']));
    expect(readSettings({ ...GOOD, ...globals }, 'deploy')).toEqual(readSettings(GOOD, 'deploy'));
  });

  test('the console is that of an instance', () => {
    expect(problemsOf({ ...GOOD, HOST_KEY: 'console' })?.join()).toContain(
      'INSTANCE_ID must be set where HOST_KEY is console',
    );
    expect(readSettings({ ...GOOD, INSTANCE_ID: 'i-1' }, 'deploy').HOST_KEY).toBe('console');
  });

  test('a cache with a password in its URL is refused, and the password is not printed', () => {
    const problems = problemsOf({ ...GOOD, BINARY_CACHE: 'https://me:mine@cache.example.org' })?.join();
    expect(problems).toContain('BINARY_CACHE must be a URL without user and password');
    expect(problems).not.toContain('mine');
  });

  test('a health check needs a confirmation', () => {
    expect(problemsOf({ ...GOOD, HEALTH_CHECK: 'true', CONFIRM_TIMEOUT: '0' })?.join()).toContain(
      'CONFIRM_TIMEOUT must be at least 1 with a HEALTH_CHECK',
    );
  });

  test('a system has to be in the store, unless the host finds it elsewhere', () => {
    expect(problemsOf({ ...GOOD, SUBSTITUTE_ON_TARGET: '0' })?.join()).toContain(
      'TOPLEVEL must be in the store of this machine',
    );
  });
});

const STRANGE = [
  '$(x)',
  '`x`',
  'a b',
  "a'b",
  'a"b',
  'a\nb',
  'a\tb',
  '-oProxyCommand=x',
  '\u001b[2J',
  'ä',
  '\u202e',
];
const NUMBERS = [
  '-1',
  '1.5',
  '1e3',
  '0x10',
  ' 22',
  '22 ',
  '22\n',
  '08',
  '+5',
  'a[$(x)]',
  '9999999',
  'NaN',
  'Infinity',
  '٣',
];

test.each<[string, readonly string[]]>([
  ['TARGET_HOST', [...STRANGE, 'fe80::1%eth0', '[::1]', 'a,b', 'user@host', 'host/x', '*', 'x'.repeat(256)]],
  [
    'TOPLEVEL',
    [
      ...STRANGE,
      '/nix/store/short-x',
      `${TOPLEVEL}/bin`,
      `${TOPLEVEL} x`,
      `${TOPLEVEL}\nx`,
      `${TOPLEVEL}'`,
      `/nix/store/${HASH.replace('0', 'e')}-x`,
      `/nix/store/${HASH.toUpperCase()}-x`,
      `/nix/store/${HASH}-.x`,
      `/nix/store/${HASH}`,
      `/nix/store/../store/${HASH}-x`,
      `${TOPLEVEL}${'x'.repeat(300)}`,
    ],
  ],
  ['INSTANCE_ID', [...STRANGE, 'i 1', 'i-1\ninstance=i-2', '-i']],
  ['SSH_USER', [...STRANGE, '-l', 'root root', '.x', 'a@b', 'x'.repeat(65)]],
  ['SSH_PORT', [...NUMBERS, '0', '65536', '22x', '70000']],
  [
    'SSH_JUMP',
    [...STRANGE, 'a,b', 'user@', 'host:port', 'host:', 'host:0', 'host:65536', 'a@b@c', '[::1]:22', '%h'],
  ],
  [
    'SSH_IDENTITY_FILE',
    ['/does/not/exist', '/a%h', '/a\nb', '${HOME}/key', '~/key', '/', 'a\u0000'.slice(0, 1)],
  ],
  ['KNOWN_HOSTS_FILE', ['a\nb', 'a\tb', '\u001b', 'x'.repeat(5000)]],
  ['HOST_KEY', ['no', 'Console', 'console\nfirst-use', 'first_use', ' console']],
  ['CONNECT_TIMEOUT', [...NUMBERS, '0', '86401']],
  ['ACTIVATION_TIMEOUT', [...NUMBERS, '0', '86401']],
  ['HEALTH_TIMEOUT', [...NUMBERS, '0', '86401']],
  ['CONFIRM_TIMEOUT', [...NUMBERS, '86401']],
  ['KEEP_GENERATIONS', [...NUMBERS, '0', 'all', '1000']],
  ...['SUBSTITUTE_ON_TARGET', 'ALLOW_FAILED_UNITS', 'ALLOW_REBOOT'].map(
    (name): [string, readonly string[]] => [name, ['yes', 'no', '2', 'true', '01', '-1', ' 1', '1\n']],
  ),
  [
    'BINARY_CACHE',
    [
      'cache.example.org',
      "https://x'; x '",
      'https://a b',
      'ftp://x',
      'https://',
      'file://x y',
      'https://-x',
    ],
  ],
  ['BINARY_CACHE_KEY', ['x', 'x:', ':x', 'a b:c', "x:'"]],
  ['SECRETS_DIR', ['a\nb', '\u001b']],
  ['AGE_IDENTITY_FILE', ['a\nb', '\u007f']],
])('%s that ssh, a shell or a terminal could misread is refused by its name', (name, values) => {
  for (const value of values) {
    const more = name === 'BINARY_CACHE_KEY' ? { BINARY_CACHE: 'https://cache.example.org' } : {};
    const problems = problemsOf({ ...GOOD, ...more, [name]: value });
    expect({ value, problem: problems?.some((line) => line.startsWith(`${name} must be`)) }).toEqual({
      value,
      problem: true,
    });
  }
});

describe('the program', () => {
  const program = new Program();
  afterAll(() => {
    program.remove();
  });
  const known = () => ({ KNOWN_HOSTS_FILE: join(directory, 'known_hosts') });

  test('ends with 10 when the host is not reachable', () => {
    const { status, stderr } = program.run({ ...GOOD, ...known() });
    expect(stderr).toContain('127.0.0.1 is not reachable within 1 s');
    expect(status).toBe(10);
  });

  test('runs nothing of a value, and shows it so that a terminal survives', () => {
    const canary = join(directory, 'canary');
    const values = [`$(touch ${canary})`, `a[$(touch ${canary})]`, `';touch ${canary};'`, 'a\u001b[2Jb'];
    for (const name of ['TARGET_HOST', 'TOPLEVEL', 'CONFIRM_TIMEOUT']) {
      for (const value of values) {
        const { status, stderr } = program.run({ ...GOOD, ...known(), [name]: value });
        expect({ name, value, status }).toEqual({ name, value, status: 2 });
        expect(stderr).not.toContain('\u001b');
        expect(stderr).not.toMatch(/^ +at /m);
      }
    }
    expect(existsSync(canary)).toBe(false);
  });

  test('health: asks again until it is healthy, and connects to nothing', () => {
    const tries = join(directory, 'tries');
    const HEALTH_CHECK = `echo "$TARGET_HOST" >>'${tries}'; test "$(wc -l <'${tries}')" = 3`;
    const { status, stderr } = program.run({ TARGET_HOST: '203.0.113.7', HEALTH_CHECK }, 'health');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readFileSync(tries, 'utf8')).toBe('203.0.113.7\n'.repeat(3));
  });

  test('health: ends when the limit is over, with what the check said last', () => {
    const env = {
      TARGET_HOST: '203.0.113.7',
      HEALTH_TIMEOUT: '5',
      HEALTH_CHECK: 'echo no answer; sleep 600',
    };
    const { status, stderr } = program.run(env, 'health');
    expect(status).toBe(15);
    expect(stderr).toContain('not healthy within 5 s');
    expect(stderr).toContain('| no answer');
  });

  test('health: without a check there is nothing to wait for', () => {
    const { status, stderr } = program.run({ TARGET_HOST: '203.0.113.7' }, 'health');
    expect(status).toBe(2);
    expect(stderr).toContain('HEALTH_CHECK must be a command; got: nothing');
  });

  test('refuses other arguments', () => {
    expect(program.run(GOOD, 'destroy').status).toBe(2);
    expect(program.run(GOOD, 'status', 'x').status).toBe(2);
  });

  test('prints its help', () => {
    expect(program.run({}, '--help')).toMatchObject({ status: 0, stdout: `${helpText()}\n`, stderr: '' });
  });
});

test('the help documents every variable and exit status, in lines that a terminal shows whole', () => {
  const text = helpText();
  for (const name of NAMES) expect(text).toMatch(new RegExp(`^ {2}${name}(?: |$)`, 'm'));
  for (const code of [0, 1, 2, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]) {
    expect(text).toMatch(new RegExp(`^ +${code}  \\S`, 'm'));
  }
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});
