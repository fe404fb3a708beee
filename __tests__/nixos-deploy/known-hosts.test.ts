import { spawn } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Timers from 'node:timers/promises';

import { fingerprintOf, type Identity, KnownHosts, nameOf } from '../../nixos-deploy/known-hosts';

jest.mock('node:timers/promises', () => ({ ...jest.requireActual<typeof Timers>('node:timers/promises') }));

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'known-hosts-'));
  file = join(directory, 'project-keys');
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

const identity = (instance: string, more: Partial<Identity> = {}): Identity => ({
  name: '10.0.0.1',
  instance,
  authenticated: false,
  ...more,
});
const keysOf = (host: Identity) => new KnownHosts(file).keysOf(host);
const record = async (host: Identity, ...keys: readonly string[]) =>
  new KnownHosts(file).record(
    host,
    keys.map((key) => ({ name: host.name, key })),
  );
const recorded = () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);

test('default: no key is known', () => {
  expect(keysOf(identity('i-1'))).toEqual([]);
});

test('a first key is recorded, with the instance that it belongs to', async () => {
  expect(await record(identity('i-1'), 'ssh-ed25519 AAAA')).toEqual(['10.0.0.1']);
  expect(recorded()).toEqual(['10.0.0.1 ssh-ed25519 AAAA instance=i-1']);
});

test('a recorded key counts from then on, with the same instance id or with none', () => {
  writeFileSync(file, '10.0.0.1 ssh-ed25519 AAAA instance=i-1\n');
  for (const instance of ['i-1', '']) expect(keysOf(identity(instance))).toEqual(['ssh-ed25519 AAAA']);
});

test('a key without an instance counts, and gets its instance', async () => {
  writeFileSync(file, '10.0.0.1 ssh-ed25519 AAAA');
  const host = identity('i-1');
  expect(keysOf(host)).toEqual(['ssh-ed25519 AAAA']);
  expect(new KnownHosts(file).lacksInstance(host)).toBe(true);
  await record(host);
  expect(recorded()).toEqual(['10.0.0.1 ssh-ed25519 AAAA instance=i-1']);
});

test('a new instance drops the key of the old one, once its own is known, and no other line', async () => {
  const others = [
    '# kept',
    '10.0.0.2 ssh-ed25519 BBBB instance=i-9',
    '[10.0.0.1]:2222 ssh-ed25519 CCCC instance=i-8',
  ];
  writeFileSync(file, ['10.0.0.1 ssh-ed25519 AAAA instance=i-1', ...others, ''].join('\n'));
  const host = identity('i-2');
  expect(keysOf(host)).toEqual([]);
  expect(new KnownHosts(file).superseded(host)).toEqual(['i-1']);
  await record(host, 'ssh-ed25519 DDDD');
  expect(recorded()).toEqual([...others, '10.0.0.1 ssh-ed25519 DDDD instance=i-2']);
});

test('of a line that names several hosts, only the superseded name goes', async () => {
  writeFileSync(file, 'web,10.0.0.1,10.0.0.2 ssh-ed25519 AAAA instance=i-1\n');
  await record(identity('i-2'), 'ssh-ed25519 DDDD');
  expect(recorded()).toEqual([
    'web,10.0.0.2 ssh-ed25519 AAAA instance=i-1',
    '10.0.0.1 ssh-ed25519 DDDD instance=i-2',
  ]);
});

test('where keys are authenticated, one without an instance is not trusted, and goes', async () => {
  writeFileSync(file, '10.0.0.1 ssh-ed25519 AAAA\n10.0.0.2 ssh-ed25519 BBBB\n');
  const host = identity('i-1', { authenticated: true });
  expect(keysOf(host)).toEqual([]);
  await record(host, 'ssh-ed25519 CCCC');
  expect(recorded()).toEqual(['10.0.0.2 ssh-ed25519 BBBB', '10.0.0.1 ssh-ed25519 CCCC instance=i-1']);
});

test.each([
  ['a pattern', '* ssh-ed25519 AAAA'],
  ['a pattern of addresses', '10.0.0.? ssh-ed25519 AAAA'],
  ['a negation', '!10.0.0.2,10.0.0.1 ssh-ed25519 AAAA'],
  ['a hashed name', '|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-ed25519 AAAA'],
  ['a certificate authority', '@cert-authority 10.0.0.1 ssh-ed25519 AAAA'],
  ['a revoked key', '@revoked 10.0.0.1 ssh-ed25519 AAAA'],
  ['a comment', '# 10.0.0.1 ssh-ed25519 AAAA'],
  ['a name that only begins like it', '10.0.0.10 ssh-ed25519 AAAA'],
  ['a name in a comment', '10.0.0.2 ssh-ed25519 AAAA 10.0.0.1'],
  ['a key that is none', '10.0.0.1 ssh-ed25519 "AAAA"'],
])('%s opens nothing, and stays', async (_, line) => {
  writeFileSync(file, `${line}\n`);
  expect(keysOf(identity(''))).toEqual([]);
  await record(identity('i-1'), 'ssh-ed25519 BBBB');
  expect(recorded()).toEqual([line, '10.0.0.1 ssh-ed25519 BBBB instance=i-1']);
});

test('another port is another name', () => {
  expect([nameOf('10.0.0.1', 22), nameOf('10.0.0.1', 2222)]).toEqual(['10.0.0.1', '[10.0.0.1]:2222']);
  writeFileSync(file, '10.0.0.1 ssh-ed25519 AAAA instance=i-1\n');
  expect(keysOf(identity('i-1', { name: '[10.0.0.1]:2222' }))).toEqual([]);
});

test('a fingerprint is as ssh shows it', () => {
  // From `ssh-keygen -lf` of this key.
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
  expect(fingerprintOf(key)).toBe('SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU');
});

test('a link stays, and what it leads to is replaced whole, with its mode', async () => {
  const target = join(directory, 'elsewhere');
  writeFileSync(target, '10.0.0.2 ssh-ed25519 BBBB\n', { mode: 0o600 });
  symlinkSync(target, file);
  await record(identity('i-1'), 'ssh-ed25519 AAAA');
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(readFileSync(target, 'utf8').trim().split('\n')).toHaveLength(2);
  expect(statSync(target).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory).sort()).toEqual(['elsewhere', 'project-keys']);
});

test('a folder in its place ends the deployment, by a status of its own', () => {
  mkdirSync(file);
  expect(() => new KnownHosts(file)).toThrow('EISDIR: illegal operation on a directory');
});

test('a folder that is not there ends it, too, and nothing is left', async () => {
  file = join(directory, 'nowhere/keys');
  await expect(record(identity('i-1'), 'ssh-ed25519 AAAA')).rejects.toMatchObject({ status: 20 });
  expect(readdirSync(directory)).toEqual([]);
});

test('a long file is read once and compared by line', async () => {
  const lines = Array.from({ length: 50_000 }, (_, number) => `host-${number} ssh-ed25519 A${number}`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  await record(identity('i-1'), 'ssh-ed25519 AAAA');
  expect(recorded()).toHaveLength(50_001);
});

test('deployments to many hosts at once lose no key', async () => {
  const numbers = Array.from({ length: 12 }, (_, number) => number);
  const program = `
    const { KnownHosts } = require(${JSON.stringify(join(directory, 'known-hosts.cjs'))});
    const [, name, instance, key] = process.argv;
    new KnownHosts(${JSON.stringify(file)}).record({ name, instance, authenticated: false }, [{ name, key }]);`;
  const { buildSync } = await import('esbuild');
  buildSync({
    entryPoints: [join(__dirname, '../../nixos-deploy/known-hosts.ts')],
    bundle: true,
    platform: 'node',
    outfile: join(directory, 'known-hosts.cjs'),
  });
  await Promise.all(
    numbers.map(async (number) => {
      const words = ['-e', program, `10.0.1.${number}`, `i-${number}`, `ssh-ed25519 A${number}`];
      const child = spawn(process.execPath, words, { stdio: 'ignore' });
      expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    }),
  );
  expect(recorded().sort()).toEqual(
    numbers.map((number) => `10.0.1.${number} ssh-ed25519 A${number} instance=i-${number}`).sort(),
  );
});

test.each([
  ['others who have the lock one after the other are waited for', 300, (wait: number) => wait],
  ['one who has had it for 5 s was killed', 100, () => 1],
])('%s', async (_, expected, since) => {
  const lock = `${file}.lock`;
  mkdirSync(lock);
  utimesSync(lock, since(0), since(0));
  let waits = 0;
  jest.spyOn(jest.requireMock<typeof Timers>('node:timers/promises'), 'setTimeout').mockImplementation(() => {
    waits += 1;
    if (waits < 300) utimesSync(lock, since(waits), since(waits));
    else rmSync(lock, { recursive: true });
    return Promise.resolve(undefined);
  });
  await record(identity('i-1'), 'ssh-ed25519 AAAA');
  expect(waits).toBe(expected);
});
