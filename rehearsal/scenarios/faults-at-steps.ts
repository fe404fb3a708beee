import { ended, equal, eventually } from './expect';
import type { Host } from './host';
import type { HostWorkspace } from './host-workspace';
import { kill, type Running } from './processes';

/** Where a deployment is held while something is done to it. */
const STEPS = ['switching', 'switched', 'committing', 'rolling back'] as const;
type Step = (typeof STEPS)[number];

/** What is done to a deployment, and how it then ends at each step: exit status, and which system runs and boots. */
export interface Fault {
  readonly name: string;
  readonly strike: (host: Host, unit: string, deployment: Running) => Promise<void>;
  readonly outcomes: Readonly<
    Record<Step, readonly [status: number, system: 'old' | 'new', profile?: 'new']>
  >;
}

/** Each action of its switch-to-configuration, once it has begun, waits as long as there is /tmp/hold-ACTION. */
const HELD = 'echo "$$" >"/tmp/at-$1"; while [ -e "/tmp/hold-$1" ]; do sleep 0.05; done';

/** The action of switch-to-configuration that each step is held in; none for that of waiting for a confirmation. */
const HELD_IN: Readonly<Record<Step, string>> = {
  switching: 'test',
  switched: '',
  committing: 'boot',
  'rolling back': 'test',
};

/**
 * Plays a fault at each step, one after the other on one host, so that each deployment shows that the host has recovered
 * from the one before. Prints a table of what came of it. Whatever it was, a reboot comes up with the confirmed system.
 */
export async function playAtEachStep(workspace: HostWorkspace, fault: Fault): Promise<void> {
  const host = await workspace.host();
  let old = await workspace.system({ greeting: 'old', beforeSwitch: HELD });
  ended(await workspace.deploy(host, old), 0, 'confirmed');
  const limits = { ACTIVATION_TIMEOUT: '30', HEALTH_TIMEOUT: '3', CONFIRM_TIMEOUT: '3' };
  for (const step of STEPS) {
    const next = await workspace.system({ greeting: step, beforeSwitch: HELD });
    const more =
      step === 'rolling back'
        ? { HEALTH_CHECK: 'touch "$0"; false' }
        : step === 'switched'
          ? { HEALTH_CHECK: 'sleep 3; false', CONFIRM_TIMEOUT: '30' }
          : {};
    const action = HELD_IN[step];
    await host.execute(
      `rm -f /tmp/at-* /tmp/hold-*${action === '' || step === 'rolling back' ? '' : `; touch /tmp/hold-${action}`}`,
    );
    const deployment = workspace.begin(host, next, { ...limits, ...more });
    const reached = {
      switching: 'switching',
      switched: 'awaiting confirmation',
      committing: 'committing',
      'rolling back': 'rolling back',
    }[step];
    if (step === 'rolling back') {
      await eventually('the switch is over', () => host.lastResult() === 'awaiting confirmation');
      await host.execute('rm -f /tmp/at-test; touch /tmp/hold-test');
    }
    await eventually(`it is ${step}`, () => host.lastResult() === reached);
    if (action !== '')
      await eventually(`the switch is held while ${step}`, () => host.read(`/tmp/at-${action}`) !== '');
    const unit = await host.execute(
      "systemctl list-units --plain --no-legend 'nixos-deploy-*.service' | cut -d' ' -f1 | grep -v rollback",
    );
    await fault.strike(host, unit, deployment);
    await host.execute('rm -f /tmp/hold-*');
    const { status, stdout, stderr } = await deployment.ended;
    const closed = () =>
      !/^(switching|awaiting confirmation|committing|rolling back)$/.test(host.lastResult());
    if (fault.name !== 'reboot') await eventually(`the deployment is closed (${step})`, closed);
    const name = (path: string) => (path === next ? 'new' : path === old ? 'old' : path);
    const systems = [host.running(), host.profile(), host.bootDefault()].map(name);
    await host.cutPower();
    const row = [fault.name, step, String(status), ...systems, name(host.running()), host.lastResult()];
    console.error(`table | ${row.join(' | ')}`);
    const [expected, system, profile = system] = fault.outcomes[step];
    if (status !== expected)
      throw new Error(
        `${fault.name} while ${step}: exit ${status}, expected ${expected}:\n${stdout}${stderr}`,
      );
    equal(
      `systems after ${fault.name} while ${step}: running, profile, boot default`,
      systems.join(' '),
      `${system} ${profile} ${system}`,
    );
    equal(`after the next reboot, ${fault.name} while ${step}`, name(host.running()), system);
    if (profile === 'new') old = next;
  }
}

/** The deployer is gone, with all that it started. */
export function killDeployer(deployment: Running): Promise<void> {
  kill(deployment);
  return Promise.resolve();
}
