// What runs in the sandbox: the loop by each contestant in turn, round by round.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { EmulatedCloud } from '../../rehearsal/emulated-cloud';
import { say } from '../../rehearsal/run-command';
import { LINE } from '../../rehearsal/stack-scenarios/stack-scenario';
import { Workspace } from '../../rehearsal/workspace';
import { median, table } from '../figures';
import {
  type Contestant,
  DEPLOY_RS,
  DEPLOYMENT,
  deploymentStack,
  deployRs,
  guide,
  ONE_STACK,
  oneStack,
  useOneStack,
} from './contestants';
import type { Evaluation } from './evaluation';
import { lengthOf, type Parts, PARTS, partsOf } from './parts';
import { Recorder } from './recorder';

const now = () => Date.now() / 1000;

async function main(): Promise<void> {
  const {
    directory,
    rounds,
    'deploy-rs': rival,
    cache,
    evaluation,
  } = parseArgs({
    options: {
      rounds: { type: 'string', default: '' },
      directory: { type: 'string', default: '' },
      cache: { type: 'string', default: '' },
      'deploy-rs': { type: 'string' },
      evaluation: { type: 'string' },
    },
  }).values;
  execFileSync('nix-store', ['--init']);
  const cloud = await EmulatedCloud.start(process.cwd(), directory);
  const recorder = new Recorder(join(directory, 'recorder'));
  const open = (label: string) => {
    const workspace = new Workspace(process.cwd(), label, join(directory, label), cloud, cache);
    workspace.prepare();
    recorder.install(join(directory, label, 'nixpkgs'));
    return workspace;
  };

  const ours = open('ours');
  await ours.cdktf('live', 'deploy', '--auto-approve');
  const url = await ours.output('live', 'url');
  const contestants = [deploymentStack(ours, url)];
  for (const [label, contestant] of [
    ['one-stack', oneStack],
    ['guide', guide],
  ] as const) {
    const workspace = open(label);
    useOneStack(workspace);
    await workspace.cdktf('live', 'deploy', 'live', '--auto-approve');
    contestants.push(await contestant(workspace, await workspace.output('live', 'url')));
  }
  if (rival === undefined)
    console.log('deploy-rs is not installed (cargo install deploy-rs), so it does not take part');
  else {
    const workspace = open('deploy-rs');
    await workspace.cdktf('live', 'deploy', '--auto-approve');
    contestants.push(await deployRs(workspace, await workspace.output('live', 'url'), rival));
  }

  const totals = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  const parts = new Map<string, Parts[]>(contestants.map(({ name }) => [name, []]));
  // Round 0 warms up: caches, host keys, the first evaluation.
  for (let round = 0; round <= Number(rounds); round += 1) {
    for (const contestant of contestants) {
      const { name } = contestant;
      const loop = await measure(contestant, `round ${round}`, recorder);
      say(name.split(/[ :,]/)[0] ?? '', `round ${round}: ${loop.total.toFixed(1)} s`);
      if (round === 0) continue;
      totals.get(name)?.push(loop.total);
      if (loop.parts) parts.get(name)?.push(loop.parts);
    }
  }
  const emptyPlans: number[] = [];
  for (let round = 0; round < Number(rounds); round += 1) emptyPlans.push(await planNothing(ours, recorder));
  show(totals, parts);
  showTargets(
    totals,
    parts,
    emptyPlans,
    evaluation === undefined ? undefined : (JSON.parse(evaluation) as Evaluation),
  );
  console.log(`load average: ${readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ')}`);
  await cloud.stop();
}

/** Change the line, deploy, and ask until the new answer is there. */
async function measure(
  { workspace, url, deploy, byCdktf }: Contestant,
  greeting: string,
  recorder: Recorder,
) {
  workspace.restore(LINE.file);
  workspace.edit(LINE.file, LINE.before, LINE.after.replace('Your address is', `${greeting}:`));
  const saved = now();
  await deploy();
  const deployed = now();
  const answer = await workspace.answer(url);
  const answered = now();
  if (!answer.startsWith(`${greeting}:`)) throw new Error(`${url} must answer ${greeting}; got: ${answer}`);
  return {
    total: answered - saved,
    parts: byCdktf ? partsOf(recorder.since(saved), { saved, deployed, answered }) : undefined,
  };
}

/** Plan what is deployed already; returns the seconds that Terraform ran. */
async function planNothing(workspace: Workspace, recorder: Recorder): Promise<number> {
  const began = now();
  const counts = await workspace.plan('deployment');
  if (counts.add + counts.change + counts.destroy > 0)
    throw new Error(`the plan of deployment must be empty; got: ${JSON.stringify(counts)}`);
  return lengthOf(recorder.since(began), /^(terraform|tofu) /);
}

function show(totals: ReadonlyMap<string, number[]>, parts: ReadonlyMap<string, readonly Parts[]>): void {
  const seconds = (values: readonly number[]) => (values.length === 0 ? '' : median(values).toFixed(1));
  const rows = [...totals].map(([name, values]) => [
    name,
    seconds(values),
    ...PARTS.map((part) => seconds((parts.get(name) ?? []).map((all) => all[part]))),
  ]);
  console.log('\nFrom the saved line to the new answer, medians in seconds');
  console.log(table([['', 'total', ...PARTS], ...rows]));
}

/** Each ratio and length that has a target, beside that. */
function showTargets(
  totals: ReadonlyMap<string, number[]>,
  parts: ReadonlyMap<string, readonly Parts[]>,
  emptyPlans: readonly number[],
  evaluation: Evaluation | undefined,
): void {
  const whole = (name: string) => median(totals.get(name) ?? []);
  const cdktfDeploy = (name: string) =>
    whole(name) - median((parts.get(name) ?? []).map((all) => all.evaluation + all.answer));
  compare('cdktf deploy, deployment / one stack', cdktfDeploy(DEPLOYMENT) / cdktfDeploy(ONE_STACK), 0.4);
  compare('the whole, deployment / one stack', whole(DEPLOYMENT) / whole(ONE_STACK), 0.4);
  if (totals.has(DEPLOY_RS))
    compare('the whole, deployment / deploy-rs', whole(DEPLOYMENT) / whole(DEPLOY_RS), 1.5);
  compare('an empty plan of deployment, seconds of Terraform', median(emptyPlans), 1.5);
  if (evaluation === undefined) {
    console.log('evaluation on a real nixpkgs: not measured, set NIXPKGS to a folder with one');
    return;
  }
  console.log('\nEvaluation after a changed line on the real nixpkgs, medians in seconds of CPU time');
  console.log(table(Object.entries(evaluation).map(([output, all]) => [output, all.toFixed(1)])));
  const { deployment, 'iplz-system': toplevel } = evaluation;
  compare('.#deployment / the system alone', deployment / toplevel, 1.25);
  if (totals.has(DEPLOY_RS))
    compare(
      'the whole and its evaluation there, deployment / deploy-rs',
      (whole(DEPLOYMENT) + deployment) / (whole(DEPLOY_RS) + toplevel),
      1.5,
    );
}

function compare(what: string, value: number, most: number): void {
  console.log(`${what}: ${value.toFixed(2)}, target at most ${most}: ${value <= most ? 'met' : 'MISSED'}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
