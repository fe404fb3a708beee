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
import { type Contestant, deploymentStack, deployRs, guide, oneStack, useOneStack } from './contestants';
import { type Parts, PARTS, partsOf } from './parts';
import { Recorder } from './recorder';

/** The first contestant's median, at most that many times another's. */
const TARGETS = [
  ['one stack with the AWS provider', 0.4],
  ['deploy-rs, magic rollback', 1.5],
] as const;

const now = () => Date.now() / 1000;

async function main(): Promise<void> {
  const {
    directory,
    rounds,
    'deploy-rs': rival,
    cache,
  } = parseArgs({
    options: {
      rounds: { type: 'string', default: '' },
      directory: { type: 'string', default: '' },
      cache: { type: 'string', default: '' },
      'deploy-rs': { type: 'string' },
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
  show(totals, parts);
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

function show(totals: ReadonlyMap<string, number[]>, parts: ReadonlyMap<string, readonly Parts[]>): void {
  const seconds = (values: readonly number[]) => (values.length === 0 ? '' : median(values).toFixed(1));
  const rows = [...totals].map(([name, values]) => [
    name,
    seconds(values),
    ...PARTS.map((part) => seconds((parts.get(name) ?? []).map((all) => all[part]))),
  ]);
  console.log('\nFrom the saved line to the new answer, medians in seconds');
  console.log(table([['', 'total', ...PARTS], ...rows]));
  const [[, first] = ['', []]] = totals;
  for (const [other, most] of TARGETS) {
    const theirs = totals.get(other);
    if (theirs === undefined) continue;
    const ratio = median(first) / median(theirs);
    console.log(
      `stack deployment / ${other}: ${ratio.toFixed(2)}, target at most ${most}: ${ratio <= most ? 'met' : 'MISSED'}`,
    );
  }
  console.log(`load average: ${readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ')}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
