import { ended, runs } from './expect';
import { BRIEF } from './host-workspace';
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
    const limit = { ...BRIEF, ACTIVATION_TIMEOUT: '12' };
    ended(await workspace.deploy(host, endless, limit), 14, 'took longer than 12 s');
    runs(host, workspace.base);
    const slow = await workspace.system({ greeting: 'slow', afterSwitch: '[ "$1" != test ] || sleep 11' });
    ended(await workspace.deploy(host, slow, BRIEF), 0, 'confirmed');
    runs(host, slow);
  },
};
