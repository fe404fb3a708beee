import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Workspace } from '../workspace';
import {
  EMPTY,
  expectContains,
  expectDifferent,
  expectEqual,
  expectFailure,
  ScenarioFailed,
  type StackScenario,
} from './stack-scenario';

const CANARY = 'canary';
const WEB = ['web', 'web-2', 'web-3', 'web-4'] as const;
const LATE = ['late', 'late-2', 'late-3'] as const;
const HOSTS = [CANARY, ...WEB, ...LATE] as const;
type Name = (typeof HOSTS)[number];

/** Eight hosts of three configurations. One whose address is in the project's file `sick` is not healthy. */
const MODULES = `let
  iplz = { lib, ... }: {
    imports = [ ./module.nix ];
    services.iplz.enable = true;
    deployment.healthCheck = lib.mkForce ''curl --fail --silent --show-error --max-time 5 "http://$TARGET_HOST/" && ! grep --no-messages --quiet --line-regexp --fixed-strings "$TARGET_HOST" ../../../sick'';
  };
in
{
  live = {
    ${CANARY} = iplz;
    web = {
      imports = [ iplz ];
      deployment = { wave = 1; replicas = 4; };
    };
    late = {
      imports = [ iplz ];
      deployment = { wave = 2; replicas = 3; };
    };
  };
  immutable = { inherit iplz; };
  vm = iplz;
}
`;

/** Seconds that only what hangs, or waits for what never comes, reaches. */
const LIMITS = { kill: 300, release: 300 } as const;

interface Instance {
  readonly address: string;
  readonly instance_id: string;
}

export const scenario: StackScenario = {
  name: 'waves',
  stack: 'live',
  attachedProvider: true,
  ownCloud: true,
  summary:
    'eight hosts in three waves: one fails first, then one fails, one is stopped and one hangs, then the deployer is killed; each time the next deployment goes on',
  async run(runner) {
    const { workspace, reporter } = runner;
    const step = async (name: string, act: () => Promise<void>) =>
      reporter.step(name, 'deployment', async () => {
        await act();
        return undefined;
      });
    const summed = (printed: string, expected: Readonly<Record<Name, string>>) => {
      const got = summaryIn(printed);
      for (const line of got) reporter.note(line);
      const endings = Object.fromEntries(got.map(endingOf));
      expectEqual('the summary', JSON.stringify(endings), JSON.stringify(expected));
    };
    const deploy = async () => workspace.cdktf('deployment', 'deploy', '--auto-approve');
    const deployInVain = async () => expectFailure(deploy(), 'deployment of 8 hosts');

    writeFileSync(join(workspace.project, 'app/nix/hosts.nix'), MODULES);
    await step('deploy eight hosts', async () => {
      const printed = await workspace.cdktf('live', 'deploy', '--auto-approve');
      summed(printed, all('deployed'));
    });
    let hosts = await instances(workspace);
    const before = await answers(workspace, hosts);

    await runner.changeLine();
    await step('the canary is not healthy: nobody else is deployed to', async () => {
      setSick(workspace, [hosts[CANARY].address]);
      Object.assign(workspace.variables, { HEALTH_TIMEOUT: '20' });
      summed(await deployInVain(), { ...all('skipped because of canary'), [CANARY]: 'failed (15)' });
      expectEqual('the answers', await answers(workspace, hosts), before);
    });

    await step(
      'one of the second wave is not healthy, one is stopped, one hangs: the others are deployed to',
      async () => {
        setSick(workspace, [hosts['web-2'].address]);
        await workspace.aws('ec2', 'stop-instances', '--instance-ids', hosts['web-3'].instance_id);
        await workspace.ssh(
          hosts['web-4'].address,
          'systemctl kill --kill-who=main --signal=STOP sshd.service',
        );
        Object.assign(workspace.variables, { CONNECT_TIMEOUT: '60' });
        const culprits = 'skipped because of web-2, web-3, web-4';
        summed(await deployInVain(), {
          ...all(culprits),
          ...{ canary: 'deployed', web: 'deployed' },
          ...{ 'web-2': 'failed (15)', 'web-3': 'failed (10)', 'web-4': 'failed (10)' },
        });
      },
    );

    await step('all are well again, and the deployer is killed in the second wave', async () => {
      setSick(workspace, []);
      await workspace.aws('ec2', 'start-instances', '--instance-ids', hosts['web-3'].instance_id);
      await workspace.aws('ec2', 'reboot-instances', '--instance-ids', hosts['web-4'].instance_id);
      delete workspace.variables.CONNECT_TIMEOUT;
      await workspace.cdktf('live', 'deploy', 'live', '--auto-approve');
      hosts = await instances(workspace);
      await killOnceItSwitches(workspace);
      // The hosts that it had switched go back by themselves; whoever deploys before that is told so.
      const known = readFileSync(join(workspace.project, 'known_hosts'), 'utf8');
      for (const name of WEB.filter((one) => known.includes(`${hosts[one].address} `))) {
        const lock = '/run/nixos-deploy/watchdog.lock';
        await workspace.ssh(
          hosts[name].address,
          `[ ! -e ${lock} ] || flock -w ${LIMITS.release} ${lock} true`,
        );
      }
    });
    await step('the next deployment goes on', async () => {
      delete workspace.variables.HEALTH_TIMEOUT;
      const printed = await deploy();
      const endings = new Map(summaryIn(printed).map(endingOf));
      for (const line of summaryIn(printed)) reporter.note(line);
      for (const name of HOSTS) {
        if (!['deployed', 'up to date'].includes(endings.get(name) ?? '')) {
          throw new ScenarioFailed(`${name} must be deployed or up to date, got: ${endings.get(name)}`);
        }
      }
      const after = await answers(workspace, hosts);
      expectDifferent('the answers', before, after);
      for (const answer of after.split('\n')) expectContains(answer, 'Your address is');
    });
    await runner.plan('plan after the deployment', EMPTY, EMPTY);
  },
  async end(runner) {
    await runner.destroy();
  },
};

const all = (ending: string): Readonly<Record<Name, string>> => ({
  ...{ canary: ending, web: ending, 'web-2': ending, 'web-3': ending, 'web-4': ending },
  ...{ late: ending, 'late-2': ending, 'late-3': ending },
});

/** The hosts' lines of the summary, the last that was printed. */
function summaryIn(printed: string): readonly string[] {
  const lines = printed.split('\n');
  const begin = lines.findLastIndex((line) => line.startsWith('deployment of 8 hosts: '));
  if (begin < 0) throw new ScenarioFailed(`a summary of 8 hosts must be in:\n${printed}`);
  return lines.slice(begin + 1).filter((line) => line.startsWith('  wave '));
}

/** Name and ending of a host's line, without what differs from run to run. */
function endingOf(line: string): readonly [string, string] {
  const [, name = '', ending = '', text = ''] =
    /^ {2}wave +\d+ {2}(\S+) +(deployed|up to date|failed \(\d+\)|skipped|not deployed)\s*(.*)$/.exec(line) ??
    [];
  return [name, ending === 'skipped' ? `${ending} ${text}` : ending];
}

async function instances(workspace: Workspace): Promise<Readonly<Record<Name, Instance>>> {
  return JSON.parse(await workspace.terraform('live', 'output', '-json', 'hosts')) as Record<Name, Instance>;
}

async function answers(workspace: Workspace, hosts: Readonly<Record<Name, Instance>>): Promise<string> {
  const texts = await Promise.all(
    HOSTS.map(async (name) => workspace.answer(`http://${hosts[name].address}/`)),
  );
  return texts.join('\n');
}

function setSick(workspace: Workspace, addresses: readonly string[]): void {
  const file = join(workspace.project, 'sick');
  rmSync(file, { force: true });
  if (addresses.length > 0) writeFileSync(file, `${addresses.join('\n')}\n`);
}

/** Deploy, and end the deployer with all that it started once a host of its second wave is switched. */
async function killOnceItSwitches(workspace: Workspace): Promise<void> {
  const deployment = workspace.startCdktf('deployment', 'deploy', '--auto-approve');
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => {
      reject(new ScenarioFailed(`no host was switched within ${LIMITS.kill} s:\n${printed}`));
    }, LIMITS.kill * 1000);
    const hear = (text: Buffer) => {
      printed += text.toString();
      if (!/nixos_deployment_web\S* .*switching to/.test(printed)) return;
      clearTimeout(limit);
      resolve();
    };
    for (const stream of [deployment.stdout, deployment.stderr]) stream.on('data', hear);
    deployment.once('close', (status) => {
      clearTimeout(limit);
      reject(new ScenarioFailed(`it ended with ${status} before it was killed:\n${printed}`));
    });
  });
  const ended = new Promise((resolve) => deployment.once('close', resolve));
  if (deployment.pid !== undefined) process.kill(-deployment.pid, 'SIGKILL');
  await ended;
}
