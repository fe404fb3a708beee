import { ended, equal, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'rollback-fails',
  summary: 'exit 19 says what to do, and the machine records it; a reboot brings the old system back',
  async run(workspace) {
    const host = await workspace.host();
    const old = await workspace.system({ greeting: 'old', beforeSwitch: '[ ! -e /run/poison ] || exit 7' });
    ended(await workspace.deploy(host, old), 0, 'confirmed');
    const next = await workspace.system({ greeting: 'next', afterSwitch: 'touch /run/poison; exit 1' });
    ended(await workspace.deploy(host, next), 19, 'exit status 7', 'reboot it');
    runs(host, next, old);
    equal('last result', host.lastResult().split(',')[0] ?? '', 'rollback failed with exit status 7');
    await host.cutPower();
    runs(host, old);
    const good = await workspace.system({ greeting: 'good' });
    ended(await workspace.deploy(host, good), 0, 'confirmed');
    runs(host, good);
  },
};
