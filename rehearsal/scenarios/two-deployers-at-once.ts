import { writeFileSync } from 'node:fs';

import { ended, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'two-deployers-at-once',
  summary: 'the second learns at once by whom and since when, exit 17; the first is not disturbed',
  async run(workspace) {
    const host = await workspace.host();
    const end = '/run/end';
    const waiting = `[ "$1" != test ] || until [ -e ${end} ]; do sleep 0.1; done`;
    const first = await workspace.system({ greeting: 'first', afterSwitch: waiting });
    const second = await workspace.system({ greeting: 'second' });
    const deployment = workspace.begin(host, first, { USER: 'alice' });
    await deployment.shows('switching to');
    ended(
      await workspace.deploy(host, second, { USER: 'bob' }),
      17,
      'another deployment holds',
      'alice@',
      'since 20',
    );
    // The first still holds it, so the second did not wait for that.
    ended(await workspace.status(host, second), 1, 'deploying', 'alice@');
    writeFileSync(host.outside(end), '');
    ended(await deployment.ended, 0, 'confirmed');
    runs(host, first);
    ended(await workspace.deploy(host, second, { USER: 'bob' }), 0, 'confirmed');
    runs(host, second);
  },
};
