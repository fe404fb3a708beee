import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { ended, equal, eventually, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'generations-kept',
  summary: 'the newest generations and the booted one stay, what only older ones held is collected',
  async run(workspace) {
    const host = await workspace.host();
    const systems: string[] = [];
    for (const greeting of ['one', 'two', 'three', 'four']) {
      const next = await workspace.system({ greeting });
      ended(await workspace.deploy(host, next, { KEEP_GENERATIONS: '2' }), 0, 'confirmed');
      runs(host, next);
      systems.push(next);
    }
    const on = (path: string) => existsSync(join(host.disk, 'root', path));
    const links = readdirSync(join(host.disk, 'root/nix/var/nix/profiles')).filter((name) =>
      /^system-\d/.test(name),
    );
    equal('generations', links.sort().join(' '), 'system-1-link system-4-link system-5-link');
    const [one = '', two = '', three = '', four = ''] = systems;
    await eventually('the garbage is collected', () => !on(one) && !on(two));
    for (const kept of [workspace.base, three, four]) if (!on(kept)) throw new Error(`${kept} was collected`);
  },
};
