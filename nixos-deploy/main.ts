// Brings a built NixOS system to a host, and keeps the host reachable. `nixos-deploy --help` documents variables and
// exit statuses; what runs on the host is in host/.
import { Deadline } from './deadline';
import { Deployer } from './deployer';
import { Output, quoted } from './display';
import { reasonOf } from './errors';
import { EXIT_STATUS, Failure } from './exit-status';
import { helpText } from './help';
import { isHealthy } from './health-check';
import { HostKeys } from './host-keys';
import { type Outcome, writeOutcome } from './outcome';
import { endAll } from './processes';
import { push } from './push';
import { Secrets } from './secrets';
import { type Action, readSettings } from './settings';
import { Ssh } from './ssh';
import { printStatus } from './status';
import { WorkFolder } from './work-folder';

const output = new Output();
let work: WorkFolder | undefined;
let deployer: Deployer | undefined;
let result: Exclude<Outcome['result'], 'failed'> = 'up to date';
/** Why it failed, in one line. */
let reason = '';

/** @throws Failure `refused` */
function actionOf(args: readonly string[]): Action | 'help' {
  const [word, ...rest] = args;
  if (rest.length === 0) {
    if (word === undefined) return 'deploy';
    if (word === 'status' || word === 'health' || word === 'push') return word;
    if (word === '--help' || word === '-h') return 'help';
  }
  throw new Failure(
    'refused',
    `unknown arguments: ${args.map(quoted).join(' ')}`,
    'Values come from the environment: nixos-deploy --help',
  );
}

async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const action = actionOf(args);
  if (action === 'help') {
    helpText()
      .split('\n')
      .forEach((line) => {
        output.print(line);
      });
    return EXIT_STATUS.ok[0];
  }
  const settings = readSettings(env, action);
  if (action === 'push') {
    await push(settings, output);
    return EXIT_STATUS.ok[0];
  }
  work = WorkFolder.create();
  if (action === 'health') {
    if (!(await isHealthy(settings, Deadline.in(settings.HEALTH_TIMEOUT), env, work, output)))
      throw new Failure('health', `${settings.TARGET_HOST} is not healthy`);
    return EXIT_STATUS.ok[0];
  }
  const ssh = new Ssh(settings, work);
  const run = { settings, env, work, output, ssh };
  const hostKeys = new HostKeys(settings, ssh, output);
  if (action === 'status') {
    await hostKeys.prepare(env);
    return EXIT_STATUS[(await printStatus(run, hostKeys)) ? 'ok' : 'different'][0];
  }
  const secrets = await Secrets.prepare(settings);
  await hostKeys.prepare(env);
  deployer = new Deployer(run, hostKeys, secrets);
  result = await deployer.deploy();
  return EXIT_STATUS.ok[0];
}

function cleanUp(): void {
  endAll();
  work?.remove();
}

/** Leaves how it ended for whoever deploys to several hosts, and ends. */
function end(status: number): never {
  cleanUp();
  const problem = writeOutcome(process.env, {
    result: status === EXIT_STATUS.ok[0] ? result : 'failed',
    status,
    reason,
    bytes: deployer?.bytesSent ?? 0,
    seconds: performance.now() / 1000,
  });
  if (problem !== undefined) output.say(problem);
  process.exit(status);
}

/** Says what went wrong; returns the exit status of it. */
function report(error: unknown): number {
  if (error instanceof Failure) {
    reason = error.message.endsWith(':') ? `${error.message} ${error.lines[0] ?? ''}` : error.message;
    output.say(error.message);
    for (const line of error.lines) output.detail(line);
    return error.status;
  }
  reason = `nixos-deploy itself failed: ${reasonOf(error)}`;
  output.say(reason);
  if (deployer !== undefined) output.detail(deployer.whatHappens());
  return EXIT_STATUS.internal[0];
}

/** Output that was lost may have been the result. */
function finalStatus(status: number): number {
  if (output.lost === undefined || status !== EXIT_STATUS.ok[0]) return status;
  reason = output.lost;
  output.say(reason);
  if (deployer !== undefined) output.detail(deployer.whatHappens());
  return EXIT_STATUS.internal[0];
}

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.on(signal, () => {
    reason = deployer === undefined ? 'interrupted' : `interrupted: ${deployer.whatHappens()}`;
    output.say(reason);
    end(status);
  });
}
process.on('uncaughtException', (error) => {
  end(report(error));
});

void main(process.argv.slice(2), process.env)
  .catch(report)
  .then((status) => {
    end(finalStatus(status));
  });
