import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { TERRAFORM_PROGRAM } from '../../rehearsal/terraform-program';

const PROJECT = resolve(__dirname, '../..');
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'iplz-deploy');
const TOPLEVEL = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-web';

// Real Terraform on the stack `deployment`. `nixos-deploy` is a stand-in that notes the host, leaves its outcome, and,
// where the file `broken-<host>` is, fails.
let folder: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deployment-'));
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'outcomes'));
  const program = `#!/bin/sh
echo "$TARGET_HOST" >>../../../calls
if [ -e "../../../broken-$TARGET_HOST" ]; then result=failed status=15 reason='not healthy'
else result=deployed status=0 reason=; fi
echo "{\\"result\\":\\"$result\\",\\"status\\":$status,\\"reason\\":\\"$reason\\",\\"bytes\\":1,\\"seconds\\":1}" \\
  >"$OUTCOME_FOLDER/$HOST_NAME.json"
exit "$status"
`;
  writeFileSync(join(folder, 'bin/nixos-deploy'), program, { mode: 0o755 });
  env = {
    PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
    HOME: folder,
    TF_CLI_CONFIG_FILE: join(CACHE, 'terraform.rc'),
    CHECKPOINT_DISABLE: '1',
    HOSTS_FILE: join(folder, 'hosts.json'),
    OUTCOME_FOLDER: join(folder, 'outcomes'),
    TERRAFORM_BINARY_NAME: TERRAFORM_PROGRAM,
  };
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The waves of hosts, by their names. */
type Waves = Readonly<Record<string, number>>;

/** Synthesize the stack for these hosts and prepare its folder. */
function synth(waves: Waves): void {
  const hosts = Object.fromEntries(
    Object.entries(waves).map(([name, wave]) => [name, { system: 'x86_64-linux', toplevel: TOPLEVEL, wave }]),
  );
  writeFileSync(join(folder, 'hosts.json'), JSON.stringify({ hosts }));
  execFileSync('node', ['run.cjs', 'main.ts'], {
    cwd: PROJECT,
    env: { ...env, CDKTF_OUTDIR: join(folder, 'cdktf.out') },
    stdio: 'ignore',
  });
  expect(terraform('deployment', 'init', '-input=false')).toMatchObject({ status: 0 });
}

/** A state of `live` with these hosts. */
function liveState(names: readonly string[], resources: readonly unknown[] = []): void {
  const hosts = Object.fromEntries(names.map((name) => [name, { instance_id: `i-${name}`, address: name }]));
  const type = ['object', Object.fromEntries(names.map((name) => [name, ['map', 'string']]))];
  writeFileSync(
    join(folder, 'terraform.live.tfstate'),
    JSON.stringify({
      version: 4,
      serial: 1,
      lineage: '0f2b7a5e-0000-4000-8000-000000000000',
      outputs: names.length > 0 ? { hosts: { value: hosts, type } } : {},
      resources,
    }),
  );
}

function terraform(stack: string, ...args: readonly string[]) {
  const cwd = stack === '' ? folder : join(folder, 'cdktf.out/stacks', stack);
  const { status, stdout, stderr } = spawnSync(TERRAFORM_PROGRAM, [...args], { cwd, env, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

const apply = () => terraform('deployment', 'apply', '-auto-approve', '-no-color', '-input=false');
const plan = () => terraform('deployment', 'plan', '-no-color', '-input=false');

/** What became of each host since the last look. */
function summary(): readonly string[] {
  const outcomes = join(folder, 'outcomes');
  writeFileSync(join(outcomes, 'applied-deployment'), join(folder, 'cdktf.out/stacks/deployment'));
  const { stdout, stderr } = spawnSync('node', ['run.cjs', 'deployment-summary/main.ts', outcomes], {
    cwd: PROJECT,
    env,
    encoding: 'utf8',
  });
  rmSync(outcomes, { recursive: true });
  mkdirSync(outcomes);
  return (stdout + stderr).trim().split('\n');
}

/** Which hosts were deployed to since the last look. */
function calls(): readonly string[] {
  const file = join(folder, 'calls');
  const names = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').sort() : [];
  rmSync(file, { force: true });
  return names;
}

test('waves: one that fails stops no other of its wave, and all of the later ones', () => {
  liveState(['canary', 'other', 'web', 'db']);
  synth({ web: 1, canary: 0, other: 0, db: 2 });
  writeFileSync(join(folder, 'broken-canary'), '');
  const { status, output } = apply();
  expect(status).toBe(1);
  expect(output).toContain('null_resource.nixos_deployment_canary');
  expect(calls()).toEqual(['canary', 'other']);
  expect(summary()).toEqual([
    'deployment of 4 hosts: 1 deployed, 1 failed, 2 skipped',
    '  wave 0  canary  failed (15)   not healthy',
    '  wave 0  other   deployed      1.0 s, 1 B sent',
    '  wave 1  web     skipped       because of canary',
    '  wave 2  db      skipped       because of canary',
  ]);

  // What was done is done; the rest goes on where it stopped.
  rmSync(join(folder, 'broken-canary'));
  expect(plan().output).toMatch(/Plan: 5 to add, 0 to change, [01] to destroy/);
  expect(apply()).toMatchObject({ status: 0 });
  expect(calls()).toEqual(['canary', 'db', 'web']);
  expect(summary()).toEqual([
    'deployment of 4 hosts: 3 deployed, 1 up to date',
    '  wave 0  canary  deployed      1.0 s, 1 B sent',
    '  wave 0  other   up to date',
    '  wave 1  web     deployed      1.0 s, 1 B sent',
    '  wave 2  db      deployed      1.0 s, 1 B sent',
  ]);
  expect(plan().output).toContain('No changes.');
}, 180_000);

test('a replaced instance, an added and a removed host: each is its own deployment alone', () => {
  liveState(['a', 'b']);
  synth({ a: 0, b: 0 });
  expect(apply()).toMatchObject({ status: 0 });
  calls();

  liveState(['a', 'b', 'c']);
  synth({ a: 0, b: 0, c: 0 });
  expect(plan().output).toContain('Plan: 1 to add, 0 to change, 0 to destroy');
  synth({ a: 0 });
  expect(plan().output).toContain('Plan: 0 to add, 0 to change, 1 to destroy');
  synth({ a: 0, b: 0 });
  const state = join(folder, 'terraform.live.tfstate');
  writeFileSync(state, readFileSync(state, 'utf8').replace('"i-b"', '"i-new"'));
  expect(plan().output).toContain('Plan: 1 to add, 0 to change, 1 to destroy');
}, 180_000);

test('a host that live has not made yet: the plan fails, and says what makes it', () => {
  liveState(['a']);
  synth({ a: 0, b: 0 });
  const { status, output } = plan();
  expect(status).toBe(1);
  expect(output).toContain('live has no host b yet: deploy live first');
}, 180_000);

test('docs/state.md moves a deployment out of live without another one', () => {
  const provider = 'provider["registry.terraform.io/hashicorp/null"]';
  const attributes = { id: '1', triggers: { instance_id: 'i-iplz', toplevel: TOPLEVEL } };
  const instances = [{ schema_version: 0, attributes, sensitive_attributes: [] }];
  const resource = { mode: 'managed', type: 'null_resource', name: 'nixos_deployment', provider, instances };
  liveState(['iplz'], [resource]);
  synth({ iplz: 0 });
  mkdirSync(join(folder, 'cdktf.out/stacks/live'));
  writeFileSync(
    join(folder, 'cdktf.out/stacks/live/main.tf.json'),
    JSON.stringify({ terraform: { backend: { local: { path: '../../../terraform.live.tfstate' } } } }),
  );
  expect(terraform('live', 'init', '-input=false')).toMatchObject({ status: 0 });
  expect(plan().output).toContain('Plan: 1 to add');

  const docs = readFileSync(join(PROJECT, 'docs/state.md'), 'utf8');
  const [, commands = ''] = /<!-- moves a deployment -->\n\n```console\n([^`]*)```/.exec(docs) ?? [];
  const script = commands.replaceAll('tofu', TERRAFORM_PROGRAM);
  expect(spawnSync('sh', ['-euc', script], { cwd: folder, env, encoding: 'utf8' })).toMatchObject({
    status: 0,
  });
  expect(plan().output).toContain('No changes.');
  expect(readFileSync(join(folder, 'terraform.live.tfstate'), 'utf8')).not.toContain('null_resource');
  expect(calls()).toEqual([]);
}, 180_000);
