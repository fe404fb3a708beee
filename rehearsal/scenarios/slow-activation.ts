import { ended, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'slow-activation',
  summary:
    'a switch longer than the confirmation limits is confirmed; one beyond its own limit is rolled back',
  async run(workspace) {
    const host = await workspace.host();
    const limits = { HEALTH_TIMEOUT: '1', CONFIRM_TIMEOUT: '2' };
    const slow = await workspace.system({ greeting: 'slow', afterSwitch: '[ "$1" != test ] || sleep 5' });
    ended(await workspace.deploy(host, slow, limits), 0, 'confirmed');
    runs(host, slow);
    const endless = await workspace.system({
      greeting: 'endless',
      afterSwitch: '[ "$1" != test ] || sleep 1000',
    });
    // The way back takes as long as the slow one's own switch.
    ended(
      await workspace.deploy(host, endless, { ...limits, ACTIVATION_TIMEOUT: '7' }),
      14,
      'took longer than 7 s',
    );
    runs(host, slow);
  },
};
