// Makes plans/*.json anew, on an island: real plans of the project's stacks in
// the rehearsal, of small configurations beside, and of OpenTofu where it is given.
//   remake.ts DIRECTORY CACHE [TOFU]
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { run } from '../../rehearsal/console';
import { EmulatedCloud } from '../../rehearsal/emulated-cloud';
import { Stage, type StackId } from '../../rehearsal/stage';
import { LINE } from '../../rehearsal/stories/story';
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
]);

async function main(): Promise<void> {
  const cloud = await EmulatedCloud.start(root, directory);
  const stageOf = (stack: StackId) => new Stage(root, stack, join(directory, stack), cloud, cache);
  await Promise.all([
    tellImmutable(stageOf('immutable')),
    tellLive(stageOf('live'), cloud),
    planFixtures(cloud),
  ]);
  await cloud.stop();
}

async function tellImmutable(stage: Stage): Promise<void> {
  stage.prepare();
  await diff(stage, 'immutable', 'first');
  await stage.cdktf('immutable', 'deploy', '--auto-approve');
  await diff(stage, 'immutable', 'unchanged');
  stage.edit(LINE.file, LINE.before, LINE.after);
  await diff(stage, 'immutable', 'application');
  stage.restore(LINE.file);
  await diffOtherType(stage, 'immutable');
  await planDestroy(stage, 'immutable');
}

async function tellLive(stage: Stage, cloud: EmulatedCloud): Promise<void> {
  stage.prepare();
  await diff(stage, 'live', 'first');
  await stage.cdktf('live', 'deploy', '--auto-approve');
  await diff(stage, 'live', 'unchanged');
  stage.edit(LINE.file, LINE.before, LINE.after);
  await diff(stage, 'live', 'application');
  stage.restore(LINE.file);
  await diffOtherType(stage, 'live');
  const restore = stage.bumpBootstrapNixpkgs();
  await diff(stage, 'live', 'bootstrap');
  restore();

  await changeByHand(await stage.output('live', 'public_ip'), options('by-hand', root, cloud));
  await diff(stage, 'live', 'drift');
  await planDestroy(stage, 'live');
}

async function diffOtherType(stage: Stage, stack: StackId): Promise<void> {
  const file = 'constructs/nixos-host.ts';
  stage.edit(file, `'x86_64-linux': 't3.micro'`, `'x86_64-linux': 't3.small'`);
  await diff(stage, stack, 'instance-type');
  stage.restore(file);
}

/** The plan that the project's own wrapper makes, and OpenTofu's of the same configuration and state. */
async function diff(stage: Stage, stack: StackId, name: string): Promise<void> {
  await stage.cdktf(stack, 'diff');
  keep(`${stack}-${name}`, await stage.terraform(stack, 'show', '-json', 'plan'));
  if (tofu !== '' && ['first', 'application'].includes(name)) await planWithTofu(stage, stack, name);
}

/** cdktf has no plan of a destruction. */
async function planDestroy(stage: Stage, stack: StackId): Promise<void> {
  await stage.terraform(stack, 'plan', '-input=false', '-out=plan', '-destroy');
  keep(`${stack}-destroy`, await stage.terraform(stack, 'show', '-json', 'plan'));
}

async function planWithTofu(stage: Stage, stack: StackId, name: string): Promise<void> {
  const copy = join(stage.directory, 'tofu/cdktf.out/stacks', stack);
  mkdirSync(copy, { recursive: true });
  cpSync(join(stage.project, 'cdktf.out/stacks', stack, 'cdk.tf.json'), join(copy, 'cdk.tf.json'));
  for (const state of readdirSync(stage.project).filter((file) => file.endsWith('.tfstate'))) {
    cpSync(join(stage.project, state), join(stage.directory, 'tofu', state));
  }
  const settings = { ...options(`tofu-${stack}`, copy), env: stage.environment };
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
