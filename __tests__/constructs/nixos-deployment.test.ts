import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Resource } from '@cdktf/provider-null/lib/resource';
import { App, TerraformStack, Testing } from 'cdktf';

import { NixosDeployment, type NixosDeploymentProps } from '../../constructs/nixos-deployment';
import { type Name, readSettings, type Setting, SETTINGS } from '../../nixos-deploy/settings';
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
    new NixosDeployment(scope, 'nixos_deployment', {
      host: HOST,
      toplevel: TOPLEVEL,
      projectPath: '../../..',
      ...props,
    });
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

  test('default: known hosts and secrets are found where synth runs, wherever the output folder is', () => {
    mkdirSync('made');
    const stack = new TerraformStack(new App({ outdir: 'made/output' }), 'web');
    const secrets = { folder: 'secrets', names: ['greeting'] };
    new NixosDeployment(stack, 'nixos_deployment', { host: HOST, toplevel: TOPLEVEL, secrets });
    expect(Testing.synth(stack)).toContain('"KNOWN_HOSTS_FILE": "../../../../known_hosts"');
    expect(Testing.synth(stack)).toContain('"SECRETS_DIR": "../../../../secrets"');
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

test.each([
  [
    { toplevel: '/nix/store/result' },
    'toplevel must be the store path of a NixOS system, /nix/store/HASH-NAME',
  ],
  [{ host: { ...HOST, address: '' } }, "host.address must be the address or name of the host; got: ''"],
  [{ host: { ...HOST, instanceId: 'i 1' } }, 'host.instanceId must be an identifier'],
])('%j is refused, as nixos-deploy would refuse it', (props, message) => {
  expect(() => deploymentOf(props)).toThrow(message);
});

test('zero seconds of confirmation are none, as for nixos-deploy', () => {
  expect(deploymentOf({ timeouts: { confirm: 0 } }).localExec?.environment).toMatchObject({
    CONFIRM_TIMEOUT: '0',
  });
});

test('others may wait for it, and it for others', () => {
  const { resource } = synthesize((scope) => {
    const first = new NixosDeployment(scope, 'first', { host: HOST, toplevel: TOPLEVEL });
    const other = new Resource(scope, 'other', { dependsOn: [first] });
    new NixosDeployment(scope, 'second', { host: HOST, toplevel: TOPLEVEL, after: [first, other] });
  });
  expect(resource.null_resource).toMatchObject({
    other: { depends_on: ['null_resource.first'] },
    second: { depends_on: ['null_resource.first', 'null_resource.other'] },
  });
});

describe('a default that a prop names is that of nixos-deploy', () => {
  const source = readFileSync(join(__dirname, '../../constructs/nixos-deployment.ts'), 'utf8');
  const documented = new Map(
    [...source.matchAll(/@default ([^\n]*)\n +\*\/\n +readonly (\w+)\?/g)].map(([, text, prop]) => [
      prop,
      text,
    ]),
  );
  const byDefault = (name: Name): string => {
    const { fallback, parse }: Setting<unknown> = SETTINGS[name];
    if (fallback === undefined || fallback === '') return 'none';
    const value = parse(fallback);
    return typeof value === 'boolean' ? String(value) : fallback;
  };

  test.each<[string, Name]>([
    ['name', 'HOST_NAME'],
    ['sshUser', 'SSH_USER'],
    ['sshPort', 'SSH_PORT'],
    ['sshJump', 'SSH_JUMP'],
    ['healthCheck', 'HEALTH_CHECK'],
    ['secrets', 'SECRETS_DIR'],
    ['connect', 'CONNECT_TIMEOUT'],
    ['activation', 'ACTIVATION_TIMEOUT'],
    ['health', 'HEALTH_TIMEOUT'],
    ['confirm', 'CONFIRM_TIMEOUT'],
    ['keepGenerations', 'KEEP_GENERATIONS'],
    ['substituteOnTarget', 'SUBSTITUTE_ON_TARGET'],
    ['binaryCache', 'BINARY_CACHE'],
    ['publicKey', 'BINARY_CACHE_KEY'],
    ['allowFailedUnits', 'ALLOW_FAILED_UNITS'],
    ['allowReboot', 'ALLOW_REBOOT'],
  ])('%s: %s', (prop, name) => {
    expect(documented.get(prop)?.split(/[,:] /)[0]).toBe(byDefault(name));
  });

  test('hostKey: that of a host with an instance', () => {
    const env = {
      TARGET_HOST: HOST.address,
      TOPLEVEL,
      INSTANCE_ID: HOST.instanceId,
      SUBSTITUTE_ON_TARGET: '1',
    };
    expect(documented.get('hostKey')).toBe(readSettings(env, 'deploy').HOST_KEY);
  });
});
