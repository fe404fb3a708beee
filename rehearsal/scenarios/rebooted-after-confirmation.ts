import { ended, eventually, runs } from './expect';
import { answers } from './host-stage';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'rebooted-after-confirmation',
  summary: 'the new system comes up',
  async run(stage) {
    const host = await stage.host();
    const next = await stage.system({ greeting: 'next' });
    ended(await stage.deploy(host, next, answers('next')), 0, 'confirmed');
    await host.execute('systemctl reboot');
    await eventually('it has booted again', () => host.bootCount === 2);
    runs(host, next);
    ended(await stage.deploy(host, next), 0, 'already runs');
  },
};
