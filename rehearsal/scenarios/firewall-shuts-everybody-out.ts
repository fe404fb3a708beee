import { ended, equal, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'firewall-shuts-everybody-out',
  summary: 'every packet is dropped, the held connection too: the machine rolls itself back, exit 16',
  async run(stage) {
    const host = await stage.host();
    const deaf = await stage.system({ greeting: 'deaf', firewall: 'drop' });
    ended(await stage.deploy(host, deaf), 16, stage.base);
    runs(host, stage.base);
    equal('last result', host.lastResult(), 'rolled back: no confirmation within 5 s of the switch');
    const next = await stage.system({ greeting: 'next', firewall: 'tcp dport 23 drop' });
    ended(await stage.deploy(host, next), 0, 'confirmed');
    runs(host, next);
  },
};
