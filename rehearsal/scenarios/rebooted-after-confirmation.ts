import { ended, runs } from './expect';
import { answers } from './host-workspace';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'rebooted-after-confirmation',
  summary: 'the new system comes up',
  async run(workspace) {
    const host = await workspace.host();
    const next = await workspace.system({ greeting: 'next' });
    ended(await workspace.deploy(host, next, answers('next')), 0, 'confirmed');
    await host.reboot();
    runs(host, next);
    ended(await workspace.deploy(host, next), 0, 'already runs');
  },
};
