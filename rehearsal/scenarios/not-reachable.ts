import { ended, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'not-reachable',
  summary:
    'exit 10 when the limit has passed, with what was waited for; a machine that comes up late is waited for',
  async run(stage) {
    const host = stage.machine();
    const next = await stage.system({ greeting: 'next' });
    ended(await stage.deploy(host, next, { CONNECT_TIMEOUT: '1' }), 10, 'waiting for', 'within 1 s');
    const deployment = stage.begin(host, next);
    await deployment.shows('waiting for');
    await host.powerOn(stage.workshop.image);
    ended(await deployment.ended, 0, 'confirmed');
    runs(host, next);
  },
};
