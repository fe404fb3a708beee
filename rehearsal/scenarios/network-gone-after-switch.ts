import { ended, eventually, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'network-gone-after-switch',
  summary: 'the machine is reachable by no means: it rolls itself back all alone, and exit 16 says so',
  async run(workspace) {
    const host = await workspace.host();
    const next = await workspace.system({ greeting: 'next', beforeSwitch: '[ "$1" != test ] || sleep 1' });
    const deployment = workspace.begin(host, next);
    await deployment.shows('switching to');
    await host.cable('down');
    await eventually('it runs the new system', () => host.running() === next);
    await eventually('it is back at the old system', () => host.lastResult().startsWith('rolled back'));
    runs(host, workspace.base);
    await host.cable('up');
    ended(await deployment.ended, 16, 'is back at');
    ended(await workspace.deploy(host, next), 0, 'confirmed');
    runs(host, next);
  },
};
