import { ended, runs } from './expect';
import type { HostStage } from './host-stage';
import type { Scenario } from './scenario';

const MB = 1_000_000;
const PATHS = 8;

export const scenario: Scenario = {
  name: 'connection-cut-in-mid-copy',
  summary: 'exit 12, the machine runs what it ran; the next deployment copies only what had not arrived',
  async run(stage) {
    await cut(stage, 2 * MB);
    // A large copy goes another way.
    await cut(stage, 10 * MB);
  },
};

async function cut(stage: HostStage, bytes: number): Promise<void> {
  const host = await stage.host();
  const proxy = await stage.proxy(host);
  const references: string[] = [];
  for (let count = 0; count < PATHS; count += 1) references.push(await stage.workshop.systems.ballast(bytes));
  const next = await stage.system({ greeting: 'next', references });
  proxy.cutAfterBytes((PATHS / 2) * bytes + MB);
  ended(
    await stage.deploy(host, next, stage.through(proxy)),
    12,
    'copying 9 of 9 paths',
    'goes on from there',
  );
  runs(host, stage.base);
  const again = await stage.deploy(host, next, stage.through(proxy));
  ended(again, 0, 'copying ');
  if (again.stderr.includes('copying 9 of 9 paths'))
    throw new Error(`all was copied again:\n${again.stderr}`);
  runs(host, next);
}
