import { ended, equal, runs } from './expect';
import { answers } from './host-stage';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'deployed-and-deployed-again',
  summary:
    'a system is deployed, its boot default too; the second time there is nothing to do; status agrees',
  async run(stage) {
    const host = await stage.host();
    const next = await stage.system({ greeting: 'next' });
    ended(await stage.status(host, next), 1, 'not the wanted system');
    ended(await stage.deploy(host, next, answers('next')), 0, 'confirmed', 'copied', 'old system');
    runs(host, next);
    // Not by way of the profile: the boot loader itself was told.
    equal('boot loader', host.read('/boot/default').trim(), next);
    ended(await stage.deploy(host, next), 0, 'already runs');
    const status = await stage.status(host, next);
    ended(status, 0, 'confirmed');
    equal(
      'lines that name another system as running',
      (status.stdout.match(/not the wanted/g) ?? []).length,
      0,
    );
  },
};
