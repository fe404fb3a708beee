// What runs on the island: sets a stage for each story, tells them side by side,
// and looks for what they left in the cloud. Writes the report, without what only
// the machine outside can see, to a file. Exit status: 0 as promised, 1 not.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { CommandFailed, say } from './console';
import { EmulatedCloud } from './emulated-cloud';
import { Narrator } from './narrator';
import type { Step } from './report';
import { runScenarios } from './scenarios/run-scenarios';
import { Stage } from './stage';
import { mainStories, stories } from './stories';
import { type Story, StoryFailed, Teller } from './stories/story';

const options = parseArgs({
  options: {
    source: { type: 'string', default: '.' },
    directory: { type: 'string', default: '.' },
    cache: { type: 'string', default: '' },
    scenario: { type: 'string', multiple: true, default: [] },
    keep: { type: 'boolean', default: false },
  },
}).values;

const steps: Step[] = [];

function save(leftovers: readonly string[]): void {
  writeFileSync(join(options.directory, 'report.json'), JSON.stringify({ steps, leftovers }));
}

async function main(): Promise<void> {
  const named = stories.filter(({ name }) => options.scenario.includes(name));
  const faults = options.scenario.filter((name) => !named.some((story) => story.name === name));
  if (faults.length > 0) await playFaults(faults);
  if (faults.length > 0 && named.length === 0) return;
  await tellStories(named.length > 0 ? named : mainStories);
}

/** Stories need a cloud; they are told side by side, each with a project of its own. */
async function tellStories(told: readonly Story[]): Promise<void> {
  // Two first uses of a store at once, and one finds its database busy.
  execFileSync('nix-store', ['--init']);
  const cloud = await EmulatedCloud.start(options.source, options.directory);
  const tellers = await Promise.all(
    told.map(async (story) => ({ story, teller: await start(story, cloud) })),
  );
  if (options.keep) await stay(tellers.map(({ teller }) => teller));
  await Promise.all(tellers.map(({ story, teller }) => story.end(teller)));
  save(await cloud.leftovers());
  await cloud.stop();
}

async function start(story: Story, cloud: EmulatedCloud): Promise<Teller> {
  const keep = (step: Step) => {
    steps.push(step);
    save([]);
  };
  const narrator = new Narrator(story.name, keep);
  const stage = new Stage(
    options.source,
    story.name,
    join(options.directory, story.name),
    cloud,
    options.cache,
  );
  await narrator.step('copy the project', undefined, () => {
    stage.prepare();
    return Promise.resolve(undefined);
  });
  const teller = new Teller(stage, narrator, story.stack);
  await story.tell(teller);
  return teller;
}

async function playFaults(names: readonly string[]): Promise<void> {
  const log = (line: string) => {
    say('scenario', line);
  };
  const { source, directory } = options;
  const results = await runScenarios(names, log, { source, directory: join(directory, 'scenarios') });
  for (const { name, seconds } of results) steps.push({ name, seconds: Math.round(seconds * 10) / 10 });
  save([]);
  const broken = results.filter(({ problem }) => problem !== undefined);
  if (broken.length > 0)
    throw new StoryFailed(`not as promised: ${broken.map(({ name }) => name).join(', ')}`);
}

/** Print how to look around, then wait: whoever ends the rehearsal ends this process. */
async function stay(tellers: readonly Teller[]): Promise<void> {
  console.log('\nAll is running. Look around from another terminal, as root:');
  for (const { stage, stack } of tellers) {
    const address = await stage.output(stack, 'public_ip');
    console.log(`
  nsenter --all --target "$(pgrep --full '^node run.cjs rehearsal/island.ts .*${options.directory}')" bash --rcfile ${stage.writeEnvironment()}
    curl http://${address}/`);
    if (stack === 'live') {
      console.log(`    ssh -i "$SSH_IDENTITY_FILE" -o UserKnownHostsFile=known_hosts root@${address}`);
    }
  }
  console.log('\nEnd it with Ctrl-C here.');
  await new Promise(() => setInterval(() => undefined, 60_000));
}

main().catch((error: unknown) => {
  const known = error instanceof StoryFailed || error instanceof CommandFailed;
  console.error(known ? `\n${error.message}` : error);
  process.exit(1);
});
