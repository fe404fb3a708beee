import { ended, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'not-reachable',
  summary:
    'exit 10 when the limit has passed, with what was waited for; a machine that comes up late is waited for',
  async run(workspace) {
    const host = workspace.machine();
    const next = await workspace.system({ greeting: 'next' });
    const unreachable = await workspace.deploy(host, next, {
      CONNECT_TIMEOUT: '1',
      INSTANCE_ID: 'i-0123456789abcdef0',
      HOST_KEY: 'first-use',
    });
    ended(unreachable, 10, 'waiting for', 'within 1 s', 'i-0123456789abcdef0 may be stopped');
    const deployment = workspace.begin(host, next);
    await deployment.shows('waiting for');
    await host.powerOn(workspace.shared.image);
    ended(await deployment.ended, 0, 'confirmed');
    runs(host, next);
  },
};
