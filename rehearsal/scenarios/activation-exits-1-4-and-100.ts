import { ended, equal, runs } from './expect';
import { answers } from './host-workspace';
import type { Scenario } from './scenario';

/** A unit that cannot start: switch-to-configuration then exits with 4. */
const broken = { 'broken.service': '[Service]\nType=oneshot\nExecStart=/bin/false\n' };

export const scenario: Scenario = {
  name: 'activation-exits-1-4-and-100',
  summary: 'exit 14, 14 and 18; the old system runs and boots; failed units pass where they are allowed',
  async run(workspace) {
    const host = await workspace.host();
    const one = await workspace.system({ greeting: 'one', afterSwitch: 'exit 1' });
    ended(await workspace.deploy(host, one), 14, 'exit status 1 of switch-to-configuration', workspace.base);
    runs(host, workspace.base);

    const four = await workspace.system({ greeting: 'four', units: broken });
    ended(await workspace.deploy(host, four), 14, 'units failed', 'broken.service');
    runs(host, workspace.base);
    equal('last result', host.lastResult(), 'rolled back: units failed: broken.service');

    const hundred = await workspace.system({ greeting: 'hundred', beforeSwitch: 'exit 100' });
    ended(await workspace.deploy(host, hundred), 18, 'exit status 100');
    runs(host, workspace.base);

    ended(
      await workspace.deploy(host, four, { ...answers('four'), ALLOW_FAILED_UNITS: '1' }),
      0,
      'confirmed',
    );
    runs(host, four);
  },
};
