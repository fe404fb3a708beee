import { ended, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'not-reachable',
  summary:
    'exit 10 when the limit has passed, with what was waited for; a machine that comes up late is waited for',
  async run(workspace) {
    const host = workspace.machine();
    const next = await workspace.system({ greeting: 'next' });
    ended(await workspace.deploy(host, next, { CONNECT_TIMEOUT: '1' }), 10, 'waiting for', 'within 1 s');
    const deployment = workspace.begin(host, next);
    await deployment.shows('waiting for');
    await host.powerOn(workspace.shared.image);
    ended(await deployment.ended, 0, 'confirmed');
    runs(host, next);
  },
};
