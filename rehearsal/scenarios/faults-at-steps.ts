import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ended, equal, eventually } from './expect';
import type { Host } from './host';
import type { HostWorkspace } from './host-workspace';
import { kill, type Running } from './processes';

/** Where a deployment is held while something is done to it, in their order. */
export const STEPS = ['copying', 'starting', 'switching', 'switched', 'committing', 'rolling back'] as const;
export type Step = (typeof STEPS)[number];

/** How a deployment ends: exit status, -1 for a deployer that was killed; what the host runs and boots then, and its profile. */
export type Outcome = readonly [status: number, system: 'old' | 'new', profile?: 'new'];

/** What is done to a deployment, and what comes of it at each step where it can be done. */
export interface Fault {
  readonly name: string;
  readonly strike: (struck: Struck) => Promise<void>;
  readonly outcomes: Readonly<Partial<Record<Step, Outcome>>>;
  /** Limits that have to pass before the host recovers. */
  readonly limits?: Readonly<Record<string, string>>;
}

/** Whatever ended the watchdog: systemd goes on in its place. */
export const WITHOUT_WATCHDOG: Fault['outcomes'] = {
  starting: [16, 'old'],
  switching: [14, 'old'],
  switched: [16, 'old'],
  committing: [0, 'new'],
  'rolling back': [16, 'old'],
};

/** A deployment that is held. */
export interface Struck {
  readonly host: Host;
  readonly step: Step;
  /** The watchdog's; none while copying. */
  readonly unit: string;
  readonly deployment: Running;
}

/**
 * Each action of a system's switch-to-configuration, once it has begun, waits as long as there is /tmp/hold-ACTION; the
 * switch to a system also as long as /tmp/hold-system names that.
 */
const HELD = `echo "$$ $0" >"/tmp/at-$1"
while [ -e "/tmp/hold-$1" ] || { [ "$1" = test ] && [ "$(cat /tmp/hold-system 2>/dev/null)" = "\${0%/bin/*}" ]; }; do
  sleep 0.05
done`;

/** The action of switch-to-configuration that a step is held in. */
export const HELD_IN: Readonly<Partial<Record<Step, string>>> = {
  switching: 'test',
  committing: 'boot',
  'rolling back': 'test',
};

/** A lock on the host that a step waits for, and what the deployer says then. */
const LOCKED: Readonly<Partial<Record<Step, readonly [lock: string, said: string]>>> = {
  copying: ['/run/nixos-deploy/gc.lock', 'waiting for the garbage collection'],
  starting: ['/run/nixos/switch-to-configuration.lock', 'waiting for another switch'],
};

/** What the host has recorded at a step; before the switch, nothing. */
const RECORDED: Readonly<Partial<Record<Step, string>>> = {
  switching: 'switching',
  switched: 'awaiting confirmation',
  committing: 'committing',
  'rolling back': 'rolling back',
};

/**
 * Plays a fault at each step, one after the other on one host, so that each deployment shows that the host has recovered
 * from the one before. Whatever it was, a reboot comes up with the confirmed system.
 */
export async function playAtEachStep(workspace: HostWorkspace, fault: Fault): Promise<void> {
  const host = await workspace.host();
  let old = await workspace.system({ greeting: 'old', beforeSwitch: HELD });
  ended(await workspace.deploy(host, old), 0, 'confirmed');
  for (const step of STEPS) {
    const outcome = fault.outcomes[step];
    if (outcome === undefined) continue;
    const [expected, system, profile = system] = outcome;
    const next = await workspace.system({ greeting: step, beforeSwitch: HELD });
    const over = join(workspace.directory, `over-${step.replace(' ', '-')}`);
    const limits = { ...limitsAt(step, over), ...fault.limits };
    const deployment = await holdAt(workspace, host, step, next, old, limits);
    const unit = await host.execute(
      "systemctl list-units --plain --no-legend 'nixos-deploy-*.service' | cut -d' ' -f1 | grep -v rollback || true",
    );
    const before = host.lastResult();
    await fault.strike({ host, step, unit, deployment });
    writeFileSync(over, '');
    await host.execute('rm -f /tmp/hold-*; systemctl stop hold 2>/dev/null || true');
    const { status, stdout, stderr } = await deployment.ended;
    // Nobody goes on with it, whatever became of the deployer.
    await host.deployed();
    const name = (path: string) => (path === next ? 'new' : path === old ? 'old' : path);
    const systems = [host.running(), host.profile(), host.bootDefault()].map(name);
    if (RECORDED[step] === undefined)
      equal(`recorded after ${fault.name} while ${step}`, host.lastResult(), before);
    await host.cutPower();
    if (status !== expected) {
      throw new Error(
        `${fault.name} while ${step}: exit ${status}, expected ${expected}:\n${stdout}${stderr}`,
      );
    }
    equal(
      `systems after ${fault.name} while ${step}: running, profile, boot default`,
      systems.join(' '),
      `${system} ${profile} ${system}`,
    );
    equal(`after the next reboot, ${fault.name} while ${step}`, name(host.running()), system);
    if (profile === 'new') old = next;
  }
  ended(await workspace.deploy(host, await workspace.system({ greeting: 'last' })), 0, 'confirmed');
}

/** What a step lasts: long enough to be struck in, and no longer where the deployer is gone and nobody confirms. */
function limitsAt(step: Step, over: string): Readonly<Record<string, string>> {
  switch (step) {
    case 'switched':
      return {
        HEALTH_CHECK: `until [ -e '${over}' ]; do sleep 0.1; done; false`,
        ...{ HEALTH_TIMEOUT: '25', CONFIRM_TIMEOUT: '5' },
      };
    case 'committing':
      return {};
    case 'rolling back':
      return { HEALTH_CHECK: 'false', HEALTH_TIMEOUT: '2' };
    default:
      return { HEALTH_TIMEOUT: '3', CONFIRM_TIMEOUT: '3' };
  }
}

/** Begins a deployment, and returns once it stands at the step. */
async function holdAt(
  workspace: HostWorkspace,
  host: Host,
  step: Step,
  toplevel: string,
  old: string,
  limits: Readonly<Record<string, string>>,
): Promise<Running> {
  const [action, locked] = [HELD_IN[step], LOCKED[step]];
  await host.execute('rm -f /tmp/at-* /tmp/hold-*');
  if (step === 'rolling back') await host.execute(`echo ${old} >/tmp/hold-system`);
  else if (action !== undefined) await host.execute(`touch /tmp/hold-${action}`);
  if (locked !== undefined) {
    const [lock] = locked;
    await host.execute(
      `mkdir -p "$(dirname ${lock})"; systemd-run --quiet --collect --unit=hold flock ${lock} sleep infinity;
       until ! flock -n ${lock} true; do sleep 0.05; done`,
    );
  }
  const deployment = workspace.begin(host, toplevel, limits);
  if (locked !== undefined) await deployment.shows(locked[1]);
  const recorded = RECORDED[step];
  if (recorded !== undefined)
    await eventually(`it is ${step}`, () => host.lastResult() === recorded, deployment);
  if (action !== undefined) {
    const system = step === 'rolling back' ? old : toplevel;
    await eventually(`the switch is held while ${step}`, () =>
      host.read(`/tmp/at-${action}`).includes(system),
    );
  }
  return deployment;
}

/** The deployer is gone, with all that it started. */
export function killDeployer({ deployment }: Struck): Promise<void> {
  kill(deployment);
  return Promise.resolve();
}
