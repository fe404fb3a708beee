// Brings a built NixOS system to a host, and keeps the host reachable. `nixos-deploy --help` documents variables and
// exit statuses; what runs on the host is in host/.
import { keepFromGarbage, listClosure } from './closure';
import { Deployer } from './deployer';
import { Output, quoted } from './display';
import { reasonOf } from './errors';
import { EXIT_STATUS, Failure } from './exit-status';
import { helpText } from './help';
import { HostKeys } from './host-keys';
import { endAll } from './processes';
import { Secrets } from './secrets';
import { type Action, readSettings } from './settings';
import { Ssh } from './ssh';
import { printStatus } from './status';
import { WorkFolder } from './work-folder';

const output = new Output();
let work: WorkFolder | undefined;
let deployer: Deployer | undefined;

/** @throws Failure `refused` */
function actionOf(args: readonly string[]): Action | 'help' {
  const [word, ...rest] = args;
  if (rest.length === 0) {
    if (word === undefined) return 'deploy';
    if (word === 'status') return 'status';
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
  work = WorkFolder.create();
  const ssh = new Ssh(settings, work);
  const run = { settings, env, work, output, ssh };
  const hostKeys = new HostKeys(settings, ssh, output);
  if (action === 'status') {
    await hostKeys.prepare(env);
    return EXIT_STATUS[(await printStatus(run, hostKeys)) ? 'ok' : 'different'][0];
  }
  const closure = listClosure(settings.TOPLEVEL);
  // Whoever waits for it hears of it; until then its failure is nobody's.
  closure.catch(() => undefined);
  keepFromGarbage(settings.TOPLEVEL, work);
  const secrets = await Secrets.prepare(settings);
  await hostKeys.prepare(env);
  deployer = new Deployer(run, hostKeys, secrets, closure);
  await deployer.deploy();
  return EXIT_STATUS.ok[0];
}

function cleanUp(): void {
  endAll();
  work?.remove();
}

/** Says what went wrong; returns the exit status of it. */
function report(error: unknown): number {
  if (error instanceof Failure) {
    output.say(error.message);
    for (const line of error.lines) output.detail(line);
    return error.status;
  }
  output.say(`nixos-deploy itself failed: ${reasonOf(error)}`);
  if (deployer !== undefined) output.detail(deployer.whatHappens());
  return EXIT_STATUS.internal[0];
}

/** Output that was lost may have been the result. */
function finalStatus(status: number): number {
  if (output.lost === undefined || status !== EXIT_STATUS.ok[0]) return status;
  output.say(output.lost);
  if (deployer !== undefined) output.detail(deployer.whatHappens());
  return EXIT_STATUS.internal[0];
}

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.on(signal, () => {
    output.say(deployer === undefined ? 'interrupted' : `interrupted: ${deployer.whatHappens()}`);
    cleanUp();
    process.exit(status);
  });
}
process.on('uncaughtException', (error) => {
  const status = report(error);
  cleanUp();
  process.exit(status);
});

void main(process.argv.slice(2), process.env)
  .catch(report)
  .then((status) => {
    cleanUp();
    process.exit(finalStatus(status));
  });
