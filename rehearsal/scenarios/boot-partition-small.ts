import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { ended, equal, runs } from './expect';
import type { Scenario } from './scenario';

const KERNEL = 3 << 20;

export const scenario: Scenario = {
  name: 'boot-partition-small',
  summary:
    'no room for another kernel in /boot: older generations go first; where that is not enough, exit 13 and nothing is switched; a generation that failed leaves no link',
  async run(workspace) {
    const host = await workspace.host();
    const links = () =>
      readdirSync(join(host.disk, 'root/nix/var/nix/profiles')).filter((name) => /^system-\d/.test(name))
        .length;
    const system = (greeting: string, size = KERNEL, beforeSwitch = '') =>
      workspace.system({
        greeting,
        beforeSwitch,
        files: { kernel: greeting.repeat(Math.ceil(size / greeting.length)) },
      });
    await host.execute('mount -t tmpfs -o size=7m boot /boot');
    for (const greeting of ['one', 'two']) {
      ended(await workspace.deploy(host, await system(greeting)), 0, 'confirmed');
    }
    const three = await system('three');
    ended(await workspace.deploy(host, three), 0, '/boot has', 'confirmed');
    runs(host, three);

    ended(
      await workspace.deploy(host, await system('large', 2 * KERNEL)),
      13,
      '/boot has',
      'nothing was changed',
    );
    runs(host, three);

    const before = links();
    const stuck = await system('stuck', 1000, '[ "$1" != boot ] || exit 1');
    ended(await workspace.deploy(host, stuck), 14, 'the boot default could not be set');
    equal('generations', links(), before + 1);
    const four = await system('four');
    ended(await workspace.deploy(host, four), 0, 'confirmed');
    runs(host, four);
  },
};
