import { ended, equal, runs } from './expect';
import { BRIEF } from './host-workspace';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'firewall-shuts-everybody-out',
  summary: 'every packet is dropped, the held connection too: the machine rolls itself back, exit 16',
  async run(workspace) {
    const host = await workspace.host();
    const deaf = await workspace.system({ greeting: 'deaf', firewall: 'drop' });
    ended(await workspace.deploy(host, deaf, BRIEF), 16, workspace.base);
    runs(host, workspace.base);
    equal('last result', host.lastResult(), 'rolled back: no confirmation within 10 s of the switch');
    const next = await workspace.system({ greeting: 'next', firewall: 'tcp dport 23 drop' });
    ended(await workspace.deploy(host, next), 0, 'confirmed');
    runs(host, next);
  },
};
