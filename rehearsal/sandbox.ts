// What runs in the sandbox: sets a workspace for each scenario, runs them side by side,
// and looks for what they left in the cloud. Writes the report, without what only
// the machine outside can see, to a file. Exit status: 0 as promised, 1 not.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { say } from './run-command';
import { EmulatedCloud } from './emulated-cloud';
import { Reporter } from './reporter';
import type { Step } from './report';
import { runScenarios } from './scenarios/run-scenarios';
import { Workspace } from './workspace';
import { mainStackScenarios, stackScenarios } from './stack-scenarios';
import { projectScenarios, TEMPLATE_LINE } from './stack-scenarios/project';
import { type StackScenario, ScenarioFailed, StackScenarioRunner } from './stack-scenarios/stack-scenario';

const options = parseArgs({
  options: {
    source: { type: 'string', default: '.' },
    directory: { type: 'string', default: '.' },
    cache: { type: 'string', default: '' },
    scenario: { type: 'string', multiple: true, default: [] },
    keep: { type: 'boolean', default: false },
    project: { type: 'string' },
    file: { type: 'string', default: TEMPLATE_LINE.file },
    before: { type: 'string', default: TEMPLATE_LINE.before },
    after: { type: 'string', default: TEMPLATE_LINE.after },
  },
}).values;

const steps: Step[] = [];

function save(leaks: readonly string[]): void {
  writeFileSync(join(options.directory, 'report.json'), JSON.stringify({ steps, leaks }));
}

async function main(): Promise<void> {
  if (options.project !== undefined) {
    await runStackScenarios(projectScenarios(options));
    return;
  }
  const named = stackScenarios.filter(({ name }) => options.scenario.includes(name));
  const faults = options.scenario.filter((name) => !named.some((scenario) => scenario.name === name));
  if (faults.length > 0) await playFaults(faults);
  if (faults.length > 0 && named.length === 0) return;
  await runStackScenarios(named.length > 0 ? named : mainStackScenarios);
}

/** Stack scenarios need a cloud; they run side by side, each with a project of its own. */
async function runStackScenarios(selected: readonly StackScenario[]): Promise<void> {
  // Two first uses of a store at once, and one finds its database busy.
  execFileSync('nix-store', ['--init']);
  const cloud = await EmulatedCloud.start(options.source, options.directory);
  try {
    const runners = await Promise.all(
      selected.map(async (scenario) => ({ scenario, runner: await start(scenario, cloud) })),
    );
    if (options.keep) await stay(runners.map(({ runner }) => runner));
    await Promise.all(
      runners.map(async ({ scenario, runner }) => {
        await scenario.end(runner);
        await runner.workspace.detachProvider();
      }),
    );
  } catch (error) {
    // Terraform shows what came of its last try alone; these are all of them.
    for (const line of cloud.refusals()) say('cloud', line);
    throw error;
  }
  save(await cloud.leaks());
  await cloud.stop();
}

async function start(scenario: StackScenario, cloud: EmulatedCloud): Promise<StackScenarioRunner> {
  const keep = (step: Step) => {
    steps.push(step);
    save([]);
  };
  const reporter = new Reporter(scenario.name, keep);
  const workspace = new Workspace(
    options.source,
    scenario.name,
    join(options.directory, scenario.name),
    cloud,
    options.cache,
    options.project,
  );
  await reporter.step('copy the project', undefined, () => {
    workspace.prepare();
    return Promise.resolve(undefined);
  });
  if (scenario.attachedProvider) await workspace.attachProvider();
  const runner = new StackScenarioRunner(workspace, reporter, scenario.stack);
  await scenario.run(runner);
  return runner;
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
    throw new ScenarioFailed(`not as promised: ${broken.map(({ name }) => name).join(', ')}`);
}

/** Print how to look around, then wait: whoever ends the rehearsal ends this process. */
async function stay(runners: readonly StackScenarioRunner[]): Promise<void> {
  console.log('\nAll is running. Look around from another terminal, as root:');
  for (const { workspace, stack } of runners) {
    const address = await workspace.output(stack, 'public_ip');
    console.log(`
  nsenter --all --target "$(pgrep --full '^node run.cjs rehearsal/sandbox.ts .*${options.directory}')" bash --rcfile ${workspace.writeEnvironment()}
    curl http://${address}/`);
    if (stack === 'live') {
      console.log(`    ssh -i "$SSH_IDENTITY_FILE" -o UserKnownHostsFile=known_hosts root@${address}`);
    }
  }
  console.log('\nEnd it with Ctrl-C here.');
  await new Promise(() => setInterval(() => undefined, 60_000));
}

// What fails is said by run.cjs, which ends the process at once, and with it all that runs here.
void main();
