import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ended, equal, eventually, runs } from './expect';
import type { Host } from './host';
import type { Scenario } from './scenario';

const MB = 1_000_000;

export const scenario: Scenario = {
  name: 'slow-network',
  summary:
    "a copy that takes long says how much has arrived, of how much, and since when; the rollback's timer, whose time may be up meanwhile, has all of it again",
  async run(workspace) {
    const host = await workspace.host();
    // ssh sends some 2 MB before it waits for an answer.
    const proxy = await workspace.proxy(host, 400);
    const references = [await workspace.shared.systems.ballast(70 * MB)];
    const next = await workspace.system({ greeting: 'next', references });
    const seen = join(workspace.directory, 'seen');
    const deployment = workspace.begin(host, next, {
      ...workspace.through(proxy),
      HEALTH_CHECK: `until [ -e '${seen}' ]; do sleep 0.1; done`,
    });

    await deployment.shows(' of 70 MB since ');
    const timer = await host.execute(
      "systemctl list-units --plain --no-legend '*-rollback.timer' | cut -d' ' -f1",
    );
    const first = await startOf(host, timer);
    // What the timer does when its time is up.
    await host.execute(`systemctl start ${timer.replace(/timer$/, 'service')}`);
    const second = await startOf(host, timer, first);
    await eventually('the switch is over', () => host.lastResult() === 'awaiting confirmation', deployment);
    equal('the timer began again after the copy', (await startOf(host, timer)) !== second, true);
    writeFileSync(seen, '');

    const { stderr, ...others } = await deployment.ended;
    ended({ stderr, ...others }, 0, 'confirmed');
    if (!/copied \d\d MB of 70 MB since \d\d:\d\d:\d\d/.test(stderr))
      throw new Error(`it did not say how far the copy was:\n${stderr}`);
    runs(host, next);
  },
};

/** When a timer began, by the host's monotonic clock; awaited until it is another time than `before`. */
async function startOf(host: Host, timer: string, before = ''): Promise<string> {
  const show = `systemctl show --property=ActiveEnterTimestampMonotonic --value ${timer}`;
  return host.execute(
    `timeout 300 sh -c 'while time=$(${show}); [ "$time" = 0 ] || [ "$time" = "${before}" ]; do sleep 0.1; done; echo $time'`,
  );
}
