import { existsSync, writeFileSync } from 'node:fs';

import { ended, eventually, runs } from './expect';
import type { Host } from './host';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'network-gone-after-confirmation',
  summary:
    'what was confirmed stays; the deployer learns it when it gets through, or says that it did not, exit 19',
  async run(workspace) {
    const host = await workspace.host();
    const slow = (greeting: string) =>
      workspace.system({
        greeting,
        beforeSwitch: `[ "$1" != boot ] || { : >/tmp/${greeting}; until [ -e /tmp/cut ]; do sleep 0.1; done; rm /tmp/cut; }`,
      });
    const next = await slow('next');
    const deployment = workspace.begin(host, next);
    await cutWhileCommitting(host, 'next');
    await host.cable('up');
    ended(await deployment.ended, 0, 'confirmed');
    runs(host, next);

    const later = await slow('later');
    const unseen = workspace.begin(host, later, { ACTIVATION_TIMEOUT: '20' });
    await cutWhileCommitting(host, 'later');
    runs(host, later);
    ended(await unseen.ended, 19, 'the confirmation got through', 'nixos-deploy status');
    await host.cable('up');
    ended(await workspace.deploy(host, later), 0, 'already runs');
  },
};

/** Pull the cable between the confirmation and the new boot default, and await that. */
async function cutWhileCommitting(host: Host, greeting: string): Promise<void> {
  await eventually('it is confirmed', () => existsSync(host.outside(`/tmp/${greeting}`)));
  await host.cable('down');
  writeFileSync(host.outside('/tmp/cut'), '');
  await eventually('the machine has made it its boot default', () => host.lastResult() === 'confirmed');
}
