import { ended, eventually, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'rebooted-before-confirmation',
  summary:
    'the old system comes up, exit 16, and status says what happened, also in mid-switch; the next deployment succeeds',
  async run(workspace) {
    const host = await workspace.host();
    const next = await workspace.system({ greeting: 'next' });
    const deployment = workspace.begin(host, next, { HEALTH_CHECK: 'sleep 1000', HEALTH_TIMEOUT: '20' });
    await eventually('the switch is over', () => host.lastResult() === 'awaiting confirmation', deployment);
    await host.cutPower();
    runs(host, workspace.base);
    ended(await deployment.ended, 16, 'rebooted, or its watchdog was ended, before the confirmation');
    ended(await workspace.status(host, next), 1, 'rebooted while awaiting confirmation');

    const slow = await workspace.system({ greeting: 'slow', beforeSwitch: '[ "$1" != test ] || sleep 1000' });
    const switching = workspace.begin(host, slow);
    await switching.shows('switching to');
    await host.cutPower();
    ended(await switching.ended, 16, 'was rebooted during the switch');
    runs(host, workspace.base);
    ended(await workspace.deploy(host, next), 0, 'confirmed');
    runs(host, next);
  },
};
