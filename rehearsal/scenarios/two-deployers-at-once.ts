import { ended, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'two-deployers-at-once',
  summary: 'the second is told at once by whom and since when, exit 17; the first is not disturbed',
  async run(stage) {
    const host = await stage.host();
    const first = await stage.system({ greeting: 'first', afterSwitch: '[ "$1" != test ] || sleep 4' });
    const second = await stage.system({ greeting: 'second' });
    const deployment = stage.begin(host, first, { USER: 'alice' });
    await deployment.shows('switching to');
    ended(
      await stage.deploy(host, second, { USER: 'bob' }),
      17,
      'another deployment holds',
      'alice@',
      'since 20',
    );
    // The first still holds it, so the second did not wait for that.
    ended(await stage.status(host, second), 1, 'deploying', 'alice@');
    ended(await deployment.ended, 0, 'confirmed');
    runs(host, first);
    ended(await stage.deploy(host, second, { USER: 'bob' }), 0, 'confirmed');
    runs(host, second);
  },
};
