import { writeFileSync } from 'node:fs';

import { ended, eventually, runs } from './expect';
import { BRIEF } from './host-workspace';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'network-gone-after-switch',
  summary: 'the machine is reachable by no means: it rolls itself back all alone, and exit 16 says so',
  async run(workspace) {
    const host = await workspace.host();
    const cut = '/run/cut';
    const waiting = `[ "$1" != test ] || until [ -e ${cut} ]; do sleep 0.1; done`;
    const next = await workspace.system({ greeting: 'next', beforeSwitch: waiting });
    const deployment = workspace.begin(host, next, BRIEF);
    await deployment.shows('switching to');
    await host.cable('down');
    writeFileSync(host.outside(cut), '');
    await eventually('it runs the new system', () => host.running() === next, deployment);
    await eventually('it is back at the old system', () => host.lastResult().startsWith('rolled back'));
    runs(host, workspace.base);
    await host.cable('up');
    ended(await deployment.ended, 16, 'is back at');
    ended(await workspace.deploy(host, next), 0, 'confirmed');
    runs(host, next);
  },
};
