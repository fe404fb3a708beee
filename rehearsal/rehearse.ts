// Rehearse a deployment on this machine: real Nix, Terraform, AWS provider and
// ssh; only the cloud and its machines are simulated.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { seconds } from './run-command';
import { awaitNoLeaks } from './leaked-resources';
import type { Report } from './report';
import { scenarios } from './scenarios';
import { stackScenarios } from './stack-scenarios';
import { TEMPLATE_LINE } from './stack-scenarios/project';
import type { LineChange } from './stack-scenarios/stack-scenario';

const USAGE = `npm run rehearse [-- OPTION...]

Deploys both stacks to an emulated AWS on this machine, changes one line of the
application, deploys again, and destroys all.

  --report FILE    write the steps, their plans and answers as JSON to FILE
  --list           print the scenarios: the two above, and what can go wrong
  --scenario NAME  play that one; may be given several times
  --project DIR    in place of this project, one of your own: a git repository whose flake has an input
                   iplz-deploy, for which this project stands in. It is copied, with a deployer's key let in
    --file FILE    where in it the line is that changes, default ${TEMPLATE_LINE.file}
    --before TEXT  what becomes another text there, default: ${TEMPLATE_LINE.before}
    --after TEXT   what it becomes, default: ${TEMPLATE_LINE.after}
  --keep           destroy nothing: leave the cloud and the machines running until Ctrl-C,
                   and print how to look around
  --help           print this

Exit status: 0 all as promised and nothing left; 1 something was not (the message
says what); 2 wrong usage or no root; 130 ended by Ctrl-C.`;

async function main(): Promise<number> {
  const options = readArguments();
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  if (options.list) {
    for (const { name, summary } of [...stackScenarios, ...scenarios])
      console.log(`${name.padEnd(40)} ${summary}`);
    return 0;
  }
  const unknown = options.scenario.find(
    (name) => ![...stackScenarios, ...scenarios].some((one) => one.name === name),
  );
  if (unknown !== undefined) {
    console.error(`rehearse: there is no scenario ${JSON.stringify(unknown)}; --list prints them`);
    return 2;
  }
  const alone = stackScenarios.find(({ name, ownCloud }) => ownCloud && options.scenario.includes(name));
  if (alone !== undefined && new Set(options.scenario).size > 1) {
    console.error(`rehearse: ${alone.name} needs a cloud of its own: rehearse it without other scenarios`);
    return 2;
  }
  const refusal = options.project === undefined ? undefined : refusalOf(options.project, options);
  if (refusal !== undefined) {
    console.error(`rehearse: ${refusal}`);
    return 2;
  }
  const started = Date.now();
  const directory = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  const status = await runSandbox(directory, options);

  // The sandbox is gone, and with it all that ran on it: the rest is to show that this is so.
  const written = readReport(directory);
  const report: Report = { ...written, leaks: [...written.leaks, ...(await awaitNoLeaks(directory))] };
  rmSync(directory, { recursive: true, force: true });
  if (options.report !== undefined) writeFileSync(options.report, `${JSON.stringify(report, null, 2)}\n`);

  console.log(`
${status === 0 ? 'All as promised' : `Ended with status ${status}`}: ${report.steps.length} steps in ${seconds(started)} s.
Leaked resources: ${report.leaks.length === 0 ? 'none' : report.leaks.join(', ')}.`);
  return status === 0 && report.leaks.length > 0 ? 1 : status;
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        report: { type: 'string' },
        list: { type: 'boolean', default: false },
        scenario: { type: 'string', multiple: true, default: [] },
        keep: { type: 'boolean', default: false },
        project: { type: 'string' },
        file: { type: 'string', default: TEMPLATE_LINE.file },
        before: { type: 'string', default: TEMPLATE_LINE.before },
        after: { type: 'string', default: TEMPLATE_LINE.after },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    console.error(`rehearse: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}

/** Why a project cannot be rehearsed with that change; undefined when it can. */
function refusalOf(project: string, { file, before }: LineChange): string | undefined {
  for (const name of ['.git', 'flake.nix', 'cdktf.json', file]) {
    if (!existsSync(join(project, name)))
      return `--project must be the folder of a project in a git repository of its own, got: ${project} (no ${name} in it)`;
  }
  const count = readFileSync(join(project, file), 'utf8').split(before).length - 1;
  if (count === 1) return undefined;
  return `--before must be a text that is in ${file} once, got: ${JSON.stringify(before)} (${count} times); --file, --before and --after say what changes`;
}

interface RunOptions extends LineChange {
  readonly keep: boolean;
  readonly scenario: readonly string[];
  readonly project?: string | undefined;
}

/** Runs the stackScenarios; on Ctrl-C the kernel ends everything in the sandbox at once. */
async function runSandbox(
  directory: string,
  { keep, scenario, project, file, before, after }: RunOptions,
): Promise<number> {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'iplz-deploy');
  const sandbox = spawn(
    'rehearsal/isolate.sh',
    [
      directory,
      'node',
      'run.cjs',
      'rehearsal/sandbox.ts',
      ...['--source', process.cwd(), '--directory', directory, '--cache', cache],
      ...scenario.flatMap((name) => ['--scenario', name]),
      ...(keep ? ['--keep'] : []),
      ...(project === undefined
        ? []
        : ['--project', resolve(project), '--file', file, `--before=${before}`, `--after=${after}`]),
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      interrupted = true;
      sandbox.kill('SIGKILL');
    });
  }
  return new Promise((resolve, reject) => {
    sandbox.on('error', reject);
    sandbox.on('close', (status) => {
      resolve(interrupted ? 130 : (status ?? 1));
    });
  });
}

function readReport(directory: string): Report {
  const file = join(directory, 'report.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : { steps: [], leaks: [] };
}

// What fails is said by run.cjs.
void main().then((status) => {
  process.exitCode = status;
});
