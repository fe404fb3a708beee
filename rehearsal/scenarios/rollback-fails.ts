import { ended, equal, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'rollback-fails',
  summary: 'exit 19 says what to do, and the machine records it; a reboot brings the old system back',
  async run(stage) {
    const host = await stage.host();
    const old = await stage.system({ greeting: 'old', beforeSwitch: '[ ! -e /run/poison ] || exit 7' });
    ended(await stage.deploy(host, old), 0, 'confirmed');
    const next = await stage.system({ greeting: 'next', afterSwitch: 'touch /run/poison; exit 1' });
    ended(await stage.deploy(host, next), 19, 'exit status 7', 'reboot it');
    runs(host, next, old);
    equal('last result', host.lastResult().split(',')[0] ?? '', 'rollback failed with exit status 7');
    await host.powerOff();
    await host.powerOn();
    runs(host, old);
    const good = await stage.system({ greeting: 'good' });
    ended(await stage.deploy(host, good), 0, 'confirmed');
    runs(host, good);
  },
};
