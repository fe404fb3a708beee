import { setTimeout as pause } from 'node:timers/promises';

import type { Host } from './host';
import type { Ended, Running } from './processes';

/** Demand that a deployment ended with that status, and said all these texts. */
export function ended(deployment: Ended, status: number, ...texts: readonly string[]): void {
  const said = `${deployment.stdout}${deployment.stderr}`;
  if (deployment.status !== status) {
    throw new Error(`nixos-deploy ended with ${deployment.status}, expected ${status}. It said:\n${said}`);
  }
  for (const text of texts) {
    if (!said.includes(text))
      throw new Error(`nixos-deploy did not say ${JSON.stringify(text)}, but:\n${said}`);
  }
}

/** How many paths a deployment said that it copies. */
export function copies({ stderr }: Ended): number {
  const [, count] = /copying (\d+) of \d+ paths/.exec(stderr) ?? [];
  if (count === undefined) throw new Error(`nixos-deploy did not say what it copies, but:\n${stderr}`);
  return Number(count);
}

/** Demand what a machine runs and what it would boot. */
export function runs(host: Host, running: string, boots = running): void {
  equal('running system', host.running(), running);
  equal('system profile', host.profile(), boots);
  equal('boot default', host.bootDefault(), boots);
}

export function equal<T extends string | number | boolean>(
  what: string,
  got: T | undefined,
  expected: T,
): void {
  if (got !== expected) throw new Error(`${what}: got ${got ?? 'nothing'}, expected ${expected}`);
}

/** Seconds after which something does not come true any more. */
const LIMIT = 300;

/** Wait until something is true of the machine; where it can be only `during` a command, throws when that ends before. */
export async function eventually(what: string, check: () => boolean, during?: Running): Promise<void> {
  const deadline = Date.now() + LIMIT * 1000;
  let end: Ended | undefined;
  void during?.ended.then((ended) => {
    end = ended;
  });
  const holds = () => {
    try {
      return check();
    } catch {
      return false;
    }
  };
  while (!holds()) {
    if (end) throw new Error(`it ended with ${end.status} before ${what}:\n${end.stdout}${end.stderr}`);
    if (Date.now() > deadline) throw new Error(`within ${LIMIT} s it did not come true that ${what}`);
    await pause(50);
  }
}
