import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Program } from './program';

const TOPLEVEL = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-live-26.05';
const BOOT = '01234567-89ab-cdef-0123-456789abcdef';

/** What an ssh of shell text begins with: sets `mark`, from the script that it is sent. */
const FIND_MARK = `for command; do :; done
bytes=\${command#*head -c } bytes=\${bytes%% *}
mark=$(head -c "$bytes" | gzip -d | sed -n "s/^mark='\\(.*\\)'$/\\1/p")`;

/** A host that has nothing to do. */
const HELLO = `${FIND_MARK}
echo "@$mark hello ${BOOT} ${TOPLEVEL} ${TOPLEVEL} yes"`;
/** A refusal that no waiting changes. */
const REFUSAL = `echo 'sudo: a password is required' >&2; exit 255`;

const program = new Program();
let directory: string;
let bin: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'environment-'));
  bin = join(directory, 'bin');
  mkdirSync(bin);
  give('ssh', HELLO);
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});
afterAll(() => {
  program.remove();
});

/** A program on PATH, in shell. */
function give(name: string, text: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(bin, name), 0o755);
}

const good = () => ({
  PATH: `${bin}:${process.env.PATH ?? ''}`,
  TARGET_HOST: '127.0.0.1',
  TOPLEVEL,
  SUBSTITUTE_ON_TARGET: '1',
  CONNECT_TIMEOUT: '300',
  KNOWN_HOSTS_FILE: join(directory, 'known_hosts'),
});

/** Through a shell, which can close or redirect what the program writes to. */
function deploy(more: Readonly<Record<string, string>> = {}, redirections = '') {
  const words = ['-c', `exec '${process.execPath}' '${program.file}' ${redirections}`];
  return spawnSync('sh', words, { env: { ...good(), ...more }, encoding: 'utf8', timeout: 600_000 });
}

test('default: a host that has nothing to do', () => {
  expect(deploy()).toMatchObject({ status: 0 });
});

describe('an outcome for a summary of several hosts', () => {
  const OUTCOME = { HOST_NAME: 'web-2' };
  const outcome = (file = 'web-2.json') => JSON.parse(readFileSync(join(directory, file), 'utf8')) as object;

  test('a host that has nothing to do', () => {
    expect(deploy({ ...OUTCOME, OUTCOME_FOLDER: directory }).status).toBe(0);
    expect(outcome()).toEqual({
      ...{ result: 'up to date', status: 0, reason: '', bytes: 0 },
      seconds: expect.any(Number) as unknown,
    });
  });

  test('values that are refused: the first of them', () => {
    expect(deploy({ ...OUTCOME, OUTCOME_FOLDER: directory, TARGET_HOST: '' }).status).toBe(2);
    expect(outcome()).toMatchObject({
      result: 'failed',
      status: 2,
      reason: expect.stringMatching(
        /^not deployed, values refused: TARGET_HOST must be the address/,
      ) as unknown,
    });
  });

  test('a host that does not answer, and a deployer that is interrupted', () => {
    give('ssh', 'echo "Connection refused" >&2; exit 255');
    expect(deploy({ ...OUTCOME, OUTCOME_FOLDER: directory, CONNECT_TIMEOUT: '1' }).status).toBe(10);
    expect(outcome()).toMatchObject({
      result: 'failed',
      status: 10,
      reason: expect.stringContaining('not reachable within 1 s') as unknown,
    });

    give('ssh', 'kill -INT "$PPID"; sleep 20');
    expect(deploy({ ...OUTCOME, OUTCOME_FOLDER: directory }).status).toBe(130);
    expect(outcome()).toMatchObject({
      result: 'failed',
      status: 130,
      reason: 'interrupted: 127.0.0.1 is unchanged',
    });
  });

  test('none without a folder, none for a name that would leave it, and a folder that is not there ends nothing', () => {
    expect(deploy(OUTCOME).status).toBe(0);
    expect(deploy({ HOST_NAME: '../web', OUTCOME_FOLDER: directory }).status).toBe(2);
    expect(readdirSync(directory).filter((name) => name.endsWith('.json'))).toEqual([]);
    const { status, stderr } = deploy({ ...OUTCOME, OUTCOME_FOLDER: join(directory, 'none') });
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringContaining('has no outcome of web-2: ENOENT') as unknown,
    });
  });
});

describe('a broken environment has a status of its own, and what became of the host is said', () => {
  test.each<[string, Readonly<Record<string, string>>, string, RegExp]>([
    [
      'a temporary folder that is not there',
      { TMPDIR: '/nowhere' },
      '',
      /cannot make a temporary folder: ENOENT/,
    ],
    ['a temporary folder that cannot be written', { TMPDIR: '/proc' }, '', /cannot make a temporary folder/],
    [
      'known hosts that are a folder',
      { KNOWN_HOSTS_FILE: '/tmp' },
      '',
      /cannot read the host keys in \/tmp: EISDIR/,
    ],
    ['known hosts below a file', { KNOWN_HOSTS_FILE: '/etc/passwd/x' }, '', /cannot read the host keys/],
  ])('%s', (_, more, redirections, words) => {
    const { status, stderr } = deploy(more, redirections);
    expect({ status, stderr }).toEqual({ status: 20, stderr: expect.stringMatching(words) as unknown });
    expect(stderr).toContain('nothing was changed');
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('a full standard error', () => {
    expect(deploy({}, '2>/dev/full')).toMatchObject({ status: 20 });
  });

  test('a full standard output, where there is something to print', () => {
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', `exec '${process.execPath}' '${program.file}' --help >/dev/full`],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 20, stderr: expect.stringContaining('ENOSPC') as unknown });
  });

  test('a standard error that nobody reads any more ends nothing', async () => {
    give(
      'ssh',
      `${FIND_MARK}
sleep 0.3; touch '${join(directory, 'answered')}'; echo "@$mark hello ${BOOT} ${TOPLEVEL} ${TOPLEVEL} yes"`,
    );
    const child = spawn(process.execPath, [program.file], { env: good(), stdio: ['ignore', 'pipe', 'pipe'] });
    child.stderr.destroy();
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(20);
    expect(readdirSync(directory)).toContain('answered');
  });
});

describe('what no waiting fixes ends at once', () => {
  const key = () => join(directory, 'key');

  test('no ssh', () => {
    const none = join(directory, 'none');
    mkdirSync(none);
    const { status, stderr } = spawnSync(process.execPath, [program.file], {
      env: { ...good(), PATH: none },
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({
      status: 10,
      stderr: expect.stringContaining('there is no ssh on PATH') as unknown,
    });
  });

  test.each([
    ['a key that ssh cannot load', 'Load key "KEY": error in libcrypto', 2],
    ['a key that others may read', 'Permissions 0644 for KEY are too open.', 2],
    [
      'a configuration with an option that ssh does not know',
      '/home/me/.ssh/config: line 1: Bad configuration option: x',
      10,
    ],
    ['a configuration of somebody else', 'Bad owner or permissions on /home/me/.ssh/config', 10],
    ['a user without sudo', 'sudo: a password is required', 10],
  ])('%s', (_, said, expected) => {
    writeFileSync(key(), 'x', { mode: 0o600 });
    give('ssh', `cat >/dev/null & echo '${said.replace('KEY', key())}' >&2; exit 255`);
    const { status, stderr } = deploy({ SSH_IDENTITY_FILE: key() });
    expect({ status, said: stderr.includes(said.replace('KEY', key())) }).toEqual({
      status: expected,
      said: true,
    });
  });

  test('a key that is encrypted, without an agent', () => {
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'a passphrase', '-f', key()]);
    const { status, stderr } = deploy({ SSH_IDENTITY_FILE: key() });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('passphrase') as unknown,
    });
  });
});

test('the last reason that says something is kept', () => {
  give(
    'ssh',
    `if [ -e '${join(directory, 'refused')}' ]; then echo 'Connection closed by 127.0.0.1' >&2
else echo 'root@127.0.0.1: Permission denied (publickey).' >&2; touch '${join(directory, 'refused')}'; fi; exit 255`,
  );
  const { status, stderr } = deploy({ CONNECT_TIMEOUT: '6' });
  expect(status).toBe(10);
  expect(stderr).toContain('not reachable within 6 s: it refuses the login of root');
});

test.each([
  ['forwards', 3600],
  ['backwards', -3600],
])("the deployer's clock jumps an hour %s: its limits stay what they are", (_, seconds) => {
  const [clock, attempts] = [join(directory, 'clock.cjs'), join(directory, 'attempts')];
  writeFileSync(
    clock,
    `const [now, began] = [Date.now, Date.now()];
Date.now = () => now() + (now() - began > 200 ? ${seconds * 1000} : 0);`,
  );
  give(
    'ssh',
    `echo again >>'${attempts}'; [ "$(wc -l <'${attempts}')" -lt 3 ] || { ${HELLO}; exit; }
echo 'Connection refused' >&2; exit 255`,
  );
  expect(deploy({ NODE_OPTIONS: `--require ${clock}` }).status).toBe(0);
  give('ssh', "echo 'Connection refused' >&2; exit 255");
  expect(deploy({ CONNECT_TIMEOUT: '1', NODE_OPTIONS: `--require ${clock}` }).status).toBe(10);
});

test('no child has a terminal, and each has a group of its own', () => {
  give('ssh', `ps -o pid= -o pgid= -o tty= -p $$ >'${join(directory, 'ssh.ps')}'; ${REFUSAL}`);
  // script(1) gives the program a terminal, as cdktf does.
  const inner = `exec '${process.execPath}' '${program.file}'`;
  spawnSync('script', ['-qec', inner, '/dev/null'], {
    env: good(),
    encoding: 'utf8',
  });
  const [pid, group, terminal] =
    readFileSync(join(directory, 'ssh.ps'), 'utf8').split('\n')[0]?.trim().split(/ +/) ?? [];
  expect({ leader: pid === group, terminal }).toEqual({ leader: true, terminal: '?' });
});

describe("ssh's options", () => {
  const PROBE = [
    'hostkeyalias',
    'nohostauthenticationforlocalhost',
    'userknownhostsfile',
    'globalknownhostsfile',
    'stricthostkeychecking',
    'forwardagent',
    'forwardx11',
    'gssapidelegatecredentials',
    'sendenv',
    'proxyjump',
    'identityfile',
    'port',
    'knownhostscommand',
    'checkhostip',
    'updatehostkeys',
    'permitlocalcommand',
    'localforward',
    'tunnel',
  ];

  test('nothing of the user weakens the trust in host keys; ways to the host go on working', () => {
    const real = spawnSync('sh', ['-c', 'command -v ssh'], { encoding: 'utf8' }).stdout.trim();
    const config = join(directory, 'user-config');
    writeFileSync(
      config,
      `Host *
  NoHostAuthenticationForLocalhost yes
  HostKeyAlias elsewhere
  UserKnownHostsFile /dev/zero
  KnownHostsCommand /bin/cat
  StrictHostKeyChecking no
  ForwardAgent yes
  ForwardX11 yes
  GSSAPIDelegateCredentials yes
  PermitLocalCommand yes
  LocalForward 1234 localhost:1
  SendEnv LC_* SECRET
  ProxyJump bastion
  IdentityFile /of/the/user
`,
    );
    const shown = join(directory, 'options');
    // As ssh itself reads all of it; the user's configuration is in another place here.
    give(
      'ssh',
      `sed -i 's|~/.ssh/config|${config}|; /ssh_config/d' config; '${real}' -G "$@" >options && mv options '${shown}'; ${REFUSAL}`,
    );
    deploy({ SECRET: 'x', LC_ALL: 'C' });
    const options = new Map(
      readFileSync(shown, 'utf8')
        .split('\n')
        .map((line) => [line.split(' ')[0] ?? '', line.split(' ').slice(1).join(' ')] as const),
    );
    expect(Object.fromEntries(PROBE.map((name) => [name, options.get(name)]))).toEqual({
      hostkeyalias: 'nixos-deploy-target',
      nohostauthenticationforlocalhost: 'no',
      userknownhostsfile: 'nixos-deploy-target',
      globalknownhostsfile: '/dev/null',
      // A first key is taken here: HOST_KEY is first-use.
      stricthostkeychecking: 'accept-new',
      forwardagent: 'no',
      forwardx11: 'no',
      gssapidelegatecredentials: 'no',
      sendenv: undefined,
      proxyjump: 'bastion',
      identityfile: '/of/the/user',
      port: '22',
      knownhostscommand: options.get('knownhostscommand') === undefined ? undefined : 'none',
      checkhostip: 'no',
      updatehostkeys: 'false',
      permitlocalcommand: 'no',
      localforward: undefined,
      tunnel: 'false',
    });
  });
});

test('a link to known hosts is followed, and nothing is left in the temporary folder', () => {
  const temporary = join(directory, 'tmp');
  mkdirSync(temporary);
  writeFileSync(join(directory, 'keys'), '');
  symlinkSync('keys', join(directory, 'known_hosts'));
  expect(deploy({ TMPDIR: temporary }).status).toBe(0);
  expect(readdirSync(temporary)).toEqual([]);
});
