import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ended, eventually, runs } from './expect';
import type { Host } from './host';
import type { Scenario } from './scenario';

const LOCK = '/run/nixos/switch-to-configuration.lock';

export const scenario: Scenario = {
  name: 'another-switch-holds-the-host',
  summary:
    'nixos-rebuild on the host, or its automatic upgrade: waited for before anything is changed, exit 17 where it does not end; a confirmed system is kept and a refused one goes back once it has ended',
  async run(workspace) {
    const host = await workspace.host();
    const [first, second, third] = [
      await workspace.system({ greeting: 'first' }),
      await workspace.system({ greeting: 'second' }),
      await workspace.system({ greeting: 'third' }),
    ];

    await hold(host);
    const waiting = workspace.begin(host, first);
    await waiting.shows('waiting for another switch of the host to end');
    runs(host, workspace.base);
    await release(host);
    ended(await waiting.ended, 0, 'confirmed');
    runs(host, first);

    const limits = { HEALTH_TIMEOUT: '60', CONFIRM_TIMEOUT: '60' };
    const held = join(workspace.directory, 'held');
    const kept = workspace.begin(host, second, {
      ...limits,
      HEALTH_CHECK: `until [ -e '${held}' ]; do sleep 0.1; done`,
    });
    await eventually('the switch is over', () => host.lastResult() === 'awaiting confirmation', kept);
    await hold(host);
    writeFileSync(held, '');
    await eventually('it is confirmed', () => host.lastResult() === 'committing', kept);
    await release(host);
    ended(await kept.ended, 0, 'confirmed');
    runs(host, second);

    const refused = workspace.begin(host, third, {
      ...limits,
      HEALTH_CHECK: 'sleep 20; exit 1',
      HEALTH_TIMEOUT: '20',
    });
    await eventually('the switch is over', () => host.lastResult() === 'awaiting confirmation', refused);
    await hold(host);
    await eventually('it goes back', () => host.lastResult() === 'rolling back', refused);
    await release(host);
    ended(await refused.ended, 15, 'is back at');
    runs(host, second);

    await hold(host);
    ended(await workspace.deploy(host, third), 17, 'another switch', 'nothing was changed');
    runs(host, second);
  },
};

/** As NixOS' own program does; in a unit, so that it can be ended by its name. */
async function hold(host: Host): Promise<void> {
  await host.execute(
    `mkdir -p /run/nixos; systemd-run --quiet --collect --unit=another-switch flock ${LOCK} sleep infinity;
     until ! flock -n ${LOCK} true; do sleep 0.05; done`,
  );
}

async function release(host: Host): Promise<void> {
  await host.execute('systemctl stop another-switch');
}
