import { ended, runs } from './expect';
import type { Scenario } from './scenario';

const MB = 1_000_000;

export const scenario: Scenario = {
  name: 'slow-network',
  summary: 'a copy that takes long says how much has arrived, of how much, and since when',
  async run(workspace) {
    const host = await workspace.host();
    // ssh sends some 2 MB before it waits for an answer.
    const proxy = await workspace.proxy(host, 400);
    const references = [await workspace.shared.systems.ballast(70 * MB)];
    const next = await workspace.system({ greeting: 'next', references });
    const deployment = await workspace.deploy(host, next, workspace.through(proxy));
    ended(deployment, 0, 'confirmed');
    if (!/copied \d\d MB of 70 MB since \d\d:\d\d:\d\d/.test(deployment.stderr))
      throw new Error(`it did not say how far the copy was:\n${deployment.stderr}`);
    runs(host, next);
  },
};
