import { randomBytes } from 'node:crypto';

import { Deadline } from './deadline';
import { Failure } from './exit-status';
import type { HostKeys } from './host-keys';
import { hostScript } from './host-script';
import { ProtocolViolation } from './protocol';
import { explainRefusal, isHostKeyRefusal, Reasons } from './refusal';
import type { Run } from './run';

/** What the host says about itself (host/status.sh). */
export interface HostStatus {
  readonly running: string;
  readonly booted: string;
  readonly profile: string;
  /** What the boot loader would start; `-` where the host cannot see that. */
  readonly bootDefault: string;
  readonly bootId: string;
  /** What a reboot would change of the kernel. */
  readonly stale: readonly string[];
  /** Who deploys just now; empty for nobody. */
  readonly busy: string;
  /** The record of the last deployment. */
  readonly last: Readonly<Record<string, string>>;
}

/** Seconds for one answer. */
const ONE_ANSWER = 15;

/** Until the host answers, and with another boot id than that one; undefined when it does not within CONNECT_TIMEOUT. */
export async function awaitStatus(
  run: Run,
  hostKeys: HostKeys,
  reasons: Reasons,
  oldBootId = '',
): Promise<HostStatus | undefined> {
  const { settings, output } = run;
  const deadline = Deadline.in(settings.CONNECT_TIMEOUT);
  const rebooted = oldBootId !== '';
  while (!deadline.passed) {
    const answer = await readStatus(run, Math.min(ONE_ANSWER, deadline.seconds));
    if (typeof answer !== 'string' && answer.bootId !== oldBootId) return answer;
    if (typeof answer === 'string' && isHostKeyRefusal(answer) && !rebooted) throw hostKeys.refusal(answer);
    const refusal =
      typeof answer === 'string'
        ? explainRefusal(answer, settings, rebooted)
        : { reason: 'it has not gone down yet', vague: false, pause: 0.5 };
    if (reasons.add(refusal)) output.say(`waiting for ${settings.TARGET_HOST}: ${refusal.reason}`);
    await deadline.pause(refusal.pause * 1000);
  }
  return undefined;
}

/** One answer; what ssh said when there was none. */
async function readStatus({ ssh }: Run, seconds: number): Promise<HostStatus | string> {
  const session = { id: 'status', mark: randomBytes(8).toString('hex') };
  const connection = ssh.connect(
    hostScript('record', {}) + hostScript('status', { mark: session.mark }),
    session,
    seconds,
    false,
  );
  const deadline = Deadline.in(seconds);
  const values: Record<string, string> = {};
  const last: Record<string, string> = {};
  const stale: string[] = [];
  try {
    for (;;) {
      const heard = await connection.next(deadline);
      if (typeof heard === 'string') return connection.stderr;
      const { event } = heard;
      if (event.name === 'status-end') break;
      if (event.name !== 'status')
        throw new ProtocolViolation(`it said ${event.name} where its status was due`);
      if (event.key === 'stale') stale.push(event.value);
      else if (event.key.startsWith('last-')) last[event.key.slice('last-'.length)] = event.value;
      else values[event.key] = event.value;
    }
  } finally {
    connection.close();
  }
  const { running = '-', booted = '-', profile = '-', busy = '', 'boot-default': bootDefault = '-' } = values;
  return { running, booted, profile, bootDefault, bootId: values['boot-id'] ?? '', stale, busy, last };
}

/** `nixos-deploy status`: returns whether all is as the selected system would have it. */
export async function printStatus(run: Run, hostKeys: HostKeys): Promise<boolean> {
  const { settings, output } = run;
  const reasons = new Reasons();
  let status: HostStatus | undefined;
  try {
    status = await awaitStatus(run, hostKeys, reasons);
  } catch (error) {
    if (!(error instanceof ProtocolViolation)) throw error;
    throw new Failure('unreachable', `${settings.TARGET_HOST} is not believed: ${error.message}`);
  }
  if (status === undefined) {
    throw new Failure(
      'unreachable',
      `${settings.TARGET_HOST} is not reachable within ${settings.CONNECT_TIMEOUT} s: ${reasons.last}`,
    );
  }
  await hostKeys.record();
  const { lines, agrees } = describe(status, settings.TOPLEVEL);
  for (const line of lines) output.print(line);
  return agrees;
}

/** Results of a deployment that has not ended. */
const OPEN = ['switching', 'awaiting confirmation', 'committing', 'rolling back', 'rebooting'];

/** The status in lines, and whether the host agrees with itself and with the selected system, if there is one. */
export function describe(
  status: HostStatus,
  toplevel: string,
): { readonly lines: readonly string[]; readonly agrees: boolean } {
  let agrees = true;
  const row = (label: string, text: string) => `${label.padEnd(12)} ${text}`;
  const differs = (text: string) => {
    agrees = false;
    return text;
  };
  const { running, booted, profile, bootDefault, stale, busy } = status;
  const system = (label: string, path: string) =>
    row(
      label,
      toplevel !== '' && path !== '-' && path !== toplevel
        ? differs(`${path} (not the selected system)`)
        : path,
    );
  const lines = [
    system('running', running),
    system('profile', profile),
    bootDefault === '-' ? row('boot default', '- (not seen in /boot)') : system('boot default', bootDefault),
    row('booted', stale.length === 0 ? booted : `${booted} (a reboot would change: ${stale.join(' ')})`),
    ...(toplevel === '' ? [] : [row('selected', toplevel)]),
    ...lastDeployment(status).map((line, index) => row(index === 0 ? 'last time' : '', line)),
    ...(busy === '' ? [] : [row('deploying', busy)]),
    ...(busy === '' ? disagreements(status).map((line) => row('disagreement', differs(line))) : []),
  ];
  return { lines, agrees };
}

/** Where what the host says of itself does not fit together, while nobody deploys, and what to do. */
function disagreements({ running, profile, bootDefault, last, bootId }: HostStatus): readonly string[] {
  const { result = '', new: next = '', boot = '' } = last;
  const rebooted = boot !== bootId;
  const found: string[] = [];
  if (bootDefault !== '-' && bootDefault !== profile) {
    found.push('the boot loader would start another system than the profile: deploy, which sets it');
  }
  if (result === 'rebooting' && rebooted) {
    found.push(
      'it was rebooted into a system that was not confirmed: deploy, or reboot into the older generation',
    );
  } else if (OPEN.includes(result) && !rebooted) {
    found.push(`the last deployment was left open (${result}): deploy again`);
  }
  if (result === 'confirmed' && profile !== next) {
    found.push('the profile was set by another than nixos-deploy since the last confirmation');
  }
  if (running !== profile) found.push('another system runs than the profile: deploy, or reboot');
  return found;
}

function lastDeployment({ last, bootId }: HostStatus): readonly string[] {
  const { result = '', deployer = '', since = '', old = '', new: next = '', boot = '' } = last;
  if (result === '') return [];
  const open = OPEN.includes(result) && result !== 'rebooting';
  const shown =
    open && boot !== bootId
      ? `the host was rebooted while ${result}, and booted the confirmed system`
      : result;
  return [shown, `by ${deployer}, since ${since}, from ${old} to ${next}`];
}
