import { ended, eventually, runs } from './expect';
import { kill } from './processes';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'deployer-killed-before-confirmation',
  summary: 'the machine rolls itself back when its limit has passed; the next deployment succeeds',
  async run(stage) {
    const host = await stage.host();
    const next = await stage.system({ greeting: 'next' });
    const deployment = stage.begin(host, next, { HEALTH_CHECK: 'sleep 1000' });
    await eventually('the switch is over', () => host.lastResult() === 'awaiting confirmation');
    runs(host, next, stage.base);
    kill(deployment);
    await eventually('it is back at the old system', () => host.lastResult().startsWith('rolled back'));
    runs(host, stage.base);
    ended(await stage.status(host, next), 1, 'rolled back: no confirmation within 5 s');
    ended(await stage.deploy(host, next), 0, 'confirmed');
    runs(host, next);
  },
};
