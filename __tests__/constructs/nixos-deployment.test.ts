import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Token } from 'cdktf';

import { NixosDeployment, type NixosDeploymentProps } from '../../constructs/nixos-deployment';
import { SETTINGS } from '../../nixos-deploy/settings';
import { findSecrets } from '../../constructs/secrets-folder';
import { only, synthesize } from '../synthesized';

const TOPLEVEL = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-live-26.05';

const HOST = { instanceId: 'i-0123456789abcdef0', address: '203.0.113.7' };

interface Deployment {
  readonly triggers: Readonly<Record<string, string>>;
  readonly provisioner: readonly {
    readonly 'local-exec': {
      readonly command: string;
      readonly environment: Readonly<Record<string, string>>;
    };
  }[];
}

function deploymentOf(props: Partial<NixosDeploymentProps> = {}) {
  const stack = synthesize((scope) => {
    new NixosDeployment(scope, 'nixos_deployment', { host: HOST, toplevel: TOPLEVEL, ...props });
  });
  const { triggers, provisioner } = only(stack, 'null_resource') as unknown as Deployment;
  return { triggers, localExec: provisioner[0]?.['local-exec'] };
}

test('default: runs again when the system or the machine is another', () => {
  expect(deploymentOf().triggers).toEqual({ toplevel: TOPLEVEL, instance_id: HOST.instanceId });
});

test("its command is a bare name; what it needs travels by environment, and nothing that a user's own may set", () => {
  expect(deploymentOf().localExec).toEqual({
    command: 'nixos-deploy',
    environment: {
      TARGET_HOST: HOST.address,
      TOPLEVEL,
      INSTANCE_ID: HOST.instanceId,
      KNOWN_HOSTS_FILE: '../../../known_hosts',
    },
  });
});

test('each option becomes its variable', () => {
  const { localExec } = deploymentOf({
    sshUser: 'deployer',
    sshPort: 2222,
    sshJump: 'bastion',
    hostKey: 'first-use',
    healthCheck: 'curl "http://$TARGET_HOST/"',
    timeouts: { connect: 1, activation: 2, health: 3, confirm: 4 },
    keepGenerations: 2,
    substituteOnTarget: true,
    binaryCache: { url: 'https://cache.example.org', publicKey: 'cache:AAAA' },
    allowFailedUnits: true,
    allowReboot: false,
  });
  expect(localExec?.environment).toEqual({
    TARGET_HOST: HOST.address,
    TOPLEVEL,
    INSTANCE_ID: HOST.instanceId,
    KNOWN_HOSTS_FILE: '../../../known_hosts',
    HOST_KEY: 'first-use',
    SSH_USER: 'deployer',
    SSH_PORT: '2222',
    SSH_JUMP: 'bastion',
    HEALTH_CHECK: 'curl "http://$TARGET_HOST/"',
    CONNECT_TIMEOUT: '1',
    ACTIVATION_TIMEOUT: '2',
    HEALTH_TIMEOUT: '3',
    CONFIRM_TIMEOUT: '4',
    KEEP_GENERATIONS: '2',
    BINARY_CACHE: 'https://cache.example.org',
    BINARY_CACHE_KEY: 'cache:AAAA',
    SUBSTITUTE_ON_TARGET: '1',
    ALLOW_FAILED_UNITS: '1',
    ALLOW_REBOOT: '0',
  });
});

describe('secrets', () => {
  const CIPHERTEXT = 'age-encryption.org/v1 of something hidden';
  let before: string;
  let project: string;
  beforeEach(() => {
    before = process.cwd();
    project = mkdtempSync(join(tmpdir(), 'deployment-'));
    process.chdir(project);
    mkdirSync('secrets');
    writeFileSync('secrets/greeting.age', CIPHERTEXT);
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(project, { recursive: true });
  });

  test('a trigger is the hash of the ciphertext; nixos-deploy is given the folder, and nothing of what is in it', () => {
    const deployment = deploymentOf({ secrets: { folder: 'secrets', names: ['greeting'] } });
    expect(deployment.triggers).toEqual({
      toplevel: TOPLEVEL,
      instance_id: HOST.instanceId,
      secret_greeting: createHash('sha256').update(CIPHERTEXT).digest('hex'),
    });
    expect(deployment.localExec?.environment).toMatchObject({ SECRETS_DIR: '../../../secrets' });
    expect(JSON.stringify(deployment)).not.toContain('something hidden');
  });

  test('one whose file is missing is refused by its name', () => {
    expect(() => deploymentOf({ secrets: { folder: 'secrets', names: ['greeting', 'password'] } })).toThrow(
      'secret password must be a file, got none at secrets/password.age: npm run secrets -- edit password makes it',
    );
  });

  test('all of a folder, by name; the recipients are none', () => {
    for (const file of ['recipients', 'another.age']) writeFileSync(join('secrets', file), '');
    expect(findSecrets('secrets')).toEqual({ folder: 'secrets', names: ['another', 'greeting'] });
    expect(findSecrets('nowhere')).toBeUndefined();
  });

  test('a name that could be mistaken for something else is refused', () => {
    writeFileSync('secrets/two words.age', '');
    expect(() => findSecrets('secrets')).toThrow('got: "secrets/two words.age"');
  });
});

test('the project may be elsewhere than three folders up', () => {
  const { localExec } = deploymentOf({
    projectPath: '../../../..',
    secrets: { folder: 'secrets', names: [] },
  });
  expect(localExec?.environment).toMatchObject({
    KNOWN_HOSTS_FILE: '../../../../known_hosts',
    SECRETS_DIR: '../../../../secrets',
  });
});

test.each([
  [{ sshPort: 0 }, "sshPort must be a whole number from 1 to 65535; got: '0'"],
  [{ sshPort: 70000 }, "sshPort must be a whole number from 1 to 65535; got: '70000'"],
  [{ sshJump: 'a b' }, "sshJump must be [user@]host[:port]; got: 'a b'"],
  [{ keepGenerations: -1 }, "keepGenerations must be a whole number from 1 to 999; got: '-1'"],
  [
    { binaryCache: { url: 'https://me:mine@cache.example.org/x' } },
    "binaryCache.url must be a URL without user and password; got one with them. Let the host's netrc-file have them",
  ],
  [{ timeouts: { health: 1.5 } }, "timeouts.health must be a whole number from 1 to 86400; got: '1.5'"],
  [
    { timeouts: { confirm: 0 }, healthCheck: 'true' },
    'timeouts.confirm must be at least 1 with a healthCheck',
  ],
])('%j is refused', (props, message) => {
  expect(() => deploymentOf(props)).toThrow(message);
});

test('what nixos-deploy takes, the construct takes, too: no confirmation, and values that are known at apply alone', () => {
  const port = Token.asNumber({ resolve: () => 70000 });
  expect(deploymentOf({ timeouts: { confirm: 0 }, sshPort: port }).localExec?.environment).toMatchObject({
    CONFIRM_TIMEOUT: '0',
  });
});

test('the defaults that the props name are those of nixos-deploy', () => {
  const source = readFileSync(join(__dirname, '../../constructs/nixos-deployment.ts'), 'utf8');
  const { CONNECT_TIMEOUT, ACTIVATION_TIMEOUT, HEALTH_TIMEOUT, CONFIRM_TIMEOUT } = SETTINGS;
  const [connect, activation, health, confirm] = [
    CONNECT_TIMEOUT,
    ACTIVATION_TIMEOUT,
    HEALTH_TIMEOUT,
    CONFIRM_TIMEOUT,
  ].map(({ fallback }) => fallback);
  expect(source).toContain(
    `connect ${connect}, activation ${activation}, health ${health}, confirm ${confirm}`,
  );
  for (const [name, prop] of [
    ['SSH_USER', 'sshUser'],
    ['SSH_PORT', 'sshPort'],
    ['KEEP_GENERATIONS', 'keepGenerations'],
  ] as const) {
    expect(source).toMatch(
      new RegExp(`@default ${SETTINGS[name].fallback}\\n +\\*/\\n +readonly ${prop}\\?`),
    );
  }
});
