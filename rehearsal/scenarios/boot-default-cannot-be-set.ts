import { ended, equal, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'boot-default-cannot-be-set',
  summary:
    'a confirmed system that the boot loader does not take is rolled back whole, exit 14; or 19, when the old default cannot be put back either',
  async run(workspace) {
    const host = await workspace.host();
    const next = await workspace.system({
      greeting: 'next',
      beforeSwitch: '[ "$1" != boot ] || { echo no room in /boot; exit 1; }',
    });
    ended(await workspace.deploy(host, next), 14, '| no room in /boot', 'the boot default could not be set');
    runs(host, workspace.base);
    const full = 'mount -t tmpfs -o ro boot /boot';
    const stuck = await workspace.system({ greeting: 'stuck', beforeSwitch: `[ "$1" != boot ] || ${full}` });
    ended(await workspace.deploy(host, stuck), 19, 'could neither be set nor put back');
    equal('running system', host.running(), workspace.base);
    await host.execute('umount /boot');
    const good = await workspace.system({ greeting: 'good' });
    ended(await workspace.deploy(host, good), 0, 'confirmed');
    runs(host, good);
  },
};
