import { ended, eventually, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'rebooted-before-confirmation',
  summary:
    'the old system comes up, exit 16, and status says what happened, also in mid-switch; the next deployment succeeds',
  async run(stage) {
    const host = await stage.host();
    const next = await stage.system({ greeting: 'next' });
    const deployment = stage.begin(host, next, { HEALTH_CHECK: 'sleep 1000', HEALTH_TIMEOUT: '4' });
    await eventually('the switch is over', () => host.lastResult() === 'awaiting confirmation');
    await host.powerOff();
    await host.powerOn();
    runs(host, stage.base);
    ended(await deployment.ended, 16, 'was rebooted before the confirmation');
    ended(await stage.status(host, next), 1, 'rebooted while awaiting confirmation');

    const slow = await stage.system({ greeting: 'slow', beforeSwitch: '[ "$1" != test ] || sleep 1000' });
    const switching = stage.begin(host, slow);
    await switching.shows('switching to');
    await host.powerOff();
    await host.powerOn();
    ended(await switching.ended, 16, 'was rebooted during the switch');
    runs(host, stage.base);
    ended(await stage.deploy(host, next), 0, 'confirmed');
    runs(host, next);
  },
};
