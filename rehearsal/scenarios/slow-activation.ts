import { ended, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'slow-activation',
  summary:
    'a switch longer than the confirmation limits is confirmed; one beyond its own limit is rolled back',
  async run(workspace) {
    const host = await workspace.host();
    const endless = await workspace.system({
      greeting: 'endless',
      afterSwitch: '[ "$1" != test ] || sleep 1000',
    });
    ended(await workspace.deploy(host, endless, { ACTIVATION_TIMEOUT: '30' }), 14, 'took longer than 30 s');
    runs(host, workspace.base);
    const slow = await workspace.system({ greeting: 'slow', afterSwitch: '[ "$1" != test ] || sleep 31' });
    const limits = { HEALTH_TIMEOUT: '10', CONFIRM_TIMEOUT: '20' };
    ended(await workspace.deploy(host, slow, limits), 0, 'confirmed');
    runs(host, slow);
  },
};
