import { ended, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'slow-activation',
  summary:
    'a switch longer than the confirmation limits is confirmed; one beyond its own limit is rolled back',
  async run(stage) {
    const host = await stage.host();
    const limits = { HEALTH_TIMEOUT: '1', CONFIRM_TIMEOUT: '2' };
    const slow = await stage.system({ greeting: 'slow', afterSwitch: '[ "$1" != test ] || sleep 5' });
    ended(await stage.deploy(host, slow, limits), 0, 'confirmed');
    runs(host, slow);
    const endless = await stage.system({
      greeting: 'endless',
      afterSwitch: '[ "$1" != test ] || sleep 1000',
    });
    // The way back takes as long as the slow one's own switch.
    ended(
      await stage.deploy(host, endless, { ...limits, ACTIVATION_TIMEOUT: '7' }),
      14,
      'took longer than 7 s',
    );
    runs(host, slow);
  },
};
