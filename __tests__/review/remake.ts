// Makes plans/*.json again, in a sandbox: real plans of the project's stacks in
// the rehearsal, of small configurations beside, and of OpenTofu where it is given.
//   remake.ts DIRECTORY CACHE [TOFU]
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { run } from '../../rehearsal/run-command';
import { EmulatedCloud } from '../../rehearsal/emulated-cloud';
import { Workspace, type StackId } from '../../rehearsal/workspace';
import { LINE } from '../../rehearsal/stack-scenarios/stack-scenario';
import { changeByHand } from './by-hand';

const [directory = '', cache = '', tofu = ''] = process.argv.slice(2);
const root = process.cwd();
const here = join(root, '__tests__/review');

/** Seconds for a plan that waits for nothing but the provider. */
const LIMIT = 300;

/** The configurations that are applied before they are planned, and the variable that is another then. */
const VARIABLES: ReadonlyMap<string, string> = new Map([
  ['sensitive', 'password'],
  ['hostile', 'end'],
  ['conditions', 'age'],
]);

async function main(): Promise<void> {
  const cloud = await EmulatedCloud.start(root, directory);
  const stageOf = (stack: StackId) => new Workspace(root, stack, join(directory, stack), cloud, cache);
  await Promise.all([
    planImmutable(stageOf('immutable')),
    planLive(stageOf('live'), cloud),
    planFixtures(cloud),
  ]);
  await cloud.stop();
}

async function planImmutable(workspace: Workspace): Promise<void> {
  workspace.prepare();
  await diff(workspace, 'immutable', 'first');
  await workspace.cdktf('immutable', 'deploy', '--auto-approve');
  await diff(workspace, 'immutable', 'unchanged');
  workspace.edit(LINE.file, LINE.before, LINE.after);
  await diff(workspace, 'immutable', 'application');
  workspace.restore(LINE.file);
  await diffOtherType(workspace, 'immutable');
  await planDestroy(workspace, 'immutable');
}

async function planLive(workspace: Workspace, cloud: EmulatedCloud): Promise<void> {
  workspace.prepare();
  await diff(workspace, 'live', 'first');
  // The wrapper of live deploys live, then the deployments.
  await workspace.cdktf('live', 'deploy', '--auto-approve');
  await diff(workspace, 'live', 'unchanged');
  workspace.edit(LINE.file, LINE.before, LINE.after);
  await diff(workspace, 'deployment', 'application');
  workspace.restore(LINE.file);
  await diffOtherType(workspace, 'live');
  const restore = workspace.bumpBootstrapNixpkgs();
  await diff(workspace, 'live', 'bootstrap');
  restore();

  await changeByHand(await workspace.output('live', 'public_ip'), options('by-hand', root, cloud));
  await diff(workspace, 'live', 'drift');
  await planDestroy(workspace, 'live');
}

async function diffOtherType(workspace: Workspace, stack: StackId): Promise<void> {
  const file = 'constructs/nixos-host.ts';
  workspace.edit(file, `'x86_64-linux': 't3.micro'`, `'x86_64-linux': 't3.small'`);
  await diff(workspace, stack, 'instance-type');
  workspace.restore(file);
}

/** The plan that the project's own wrapper makes, and OpenTofu's of the same configuration and state. */
async function diff(workspace: Workspace, stack: StackId, name: string): Promise<void> {
  await workspace.cdktf(stack, 'diff');
  keep(`${stack}-${name}`, await workspace.terraform(stack, 'show', '-json', 'plan'));
  if (tofu !== '' && ['first', 'application'].includes(name)) await planWithTofu(workspace, stack, name);
}

/** cdktf has no plan of a destruction. */
async function planDestroy(workspace: Workspace, stack: StackId): Promise<void> {
  await workspace.terraform(stack, 'plan', '-input=false', '-out=plan', '-destroy');
  keep(`${stack}-destroy`, await workspace.terraform(stack, 'show', '-json', 'plan'));
}

async function planWithTofu(workspace: Workspace, stack: StackId, name: string): Promise<void> {
  const copy = join(workspace.directory, 'tofu/cdktf.out/stacks', stack);
  mkdirSync(copy, { recursive: true });
  cpSync(join(workspace.project, 'cdktf.out/stacks', stack, 'cdk.tf.json'), join(copy, 'cdk.tf.json'));
  for (const state of readdirSync(workspace.project).filter((file) => file.endsWith('.tfstate'))) {
    cpSync(join(workspace.project, state), join(workspace.directory, 'tofu', state));
  }
  const settings = { ...options(`tofu-${stack}`, copy), env: workspace.environment };
  await run([tofu, 'init', '-input=false'], settings);
  await run([tofu, 'plan', '-input=false', '-out=plan'], settings);
  keep(`tofu-${stack}-${name}`, await run([tofu, 'show', '-json', 'plan'], settings));
}

async function planFixtures(cloud: EmulatedCloud): Promise<void> {
  for (const [program, prefix] of [
    ['terraform', ''],
    ...(tofu === '' ? [] : [[tofu, 'tofu-'] as const]),
  ] as const) {
    for (const fixture of readdirSync(join(here, 'fixtures')))
      await planFixture(program, fixture, prefix + fixture, cloud);
  }
}

async function planFixture(
  program: string,
  fixture: string,
  name: string,
  cloud: EmulatedCloud,
): Promise<void> {
  const copy = join(directory, 'fixtures', name);
  cpSync(join(here, 'fixtures', fixture), copy, { recursive: true });
  const settings = options(name, copy, cloud);
  const variable = VARIABLES.get(fixture);
  const word = (age: string) =>
    variable === undefined ? [] : [`-var=${variable}=${age} horse battery staple`];

  await run([program, 'init', '-input=false'], settings);
  if (variable !== undefined)
    await run([program, 'apply', '-input=false', '-auto-approve', ...word('old')], settings);
  await run([program, 'plan', '-input=false', '-out=plan', ...word('new')], settings);
  keep(name, await run([program, 'show', '-json', 'plan'], settings));
}

function keep(name: string, json: string): void {
  writeFileSync(join(here, 'plans', `${name}.json`), json);
  console.log(`${name}.json: ${json.length} characters`);
}

function options(label: string, cwd: string, cloud?: EmulatedCloud) {
  const env = { ...process.env, ...cloud?.environment, TF_CLI_CONFIG_FILE: join(cache, 'terraform.rc') };
  return { cwd, env, log: join(directory, `${label}.log`), limit: LIMIT, label };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
