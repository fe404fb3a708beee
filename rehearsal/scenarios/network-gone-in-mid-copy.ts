import { ended, eventually, runs } from './expect';
import type { Scenario } from './scenario';

const MB = 1_000_000;

export const scenario: Scenario = {
  name: 'network-gone-in-mid-copy',
  summary:
    'exit 12 after about a minute, since slow is not dead; the machine, which nobody notifies, gives up as late, and the next deployment succeeds',
  async run(workspace) {
    const host = await workspace.host();
    const proxy = await workspace.proxy(host);
    const references = [
      await workspace.shared.systems.ballast(40 * MB),
      await workspace.shared.systems.ballast(40 * MB),
    ];
    const next = await workspace.system({ greeting: 'next', references });
    const deployment = workspace.begin(host, next, workspace.through(proxy));
    await eventually('half of it was copied', () => proxy.bytesToHost > 50 * MB, deployment);
    proxy.freeze();
    ended(await workspace.deploy(host, next), 17, 'another deployment holds');
    ended(await deployment.ended, 12, 'goes on from there');
    await host.execute('flock --timeout 75 /run/nixos-deploy/session.lock true');
    runs(host, workspace.base);
    ended(await workspace.deploy(host, next), 0, 'confirmed');
    runs(host, next);
  },
};
