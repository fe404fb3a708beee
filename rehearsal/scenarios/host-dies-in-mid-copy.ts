import { ended, eventually, runs } from './expect';
import type { Scenario } from './scenario';

const MB = 1_000_000;

export const scenario: Scenario = {
  name: 'host-dies-in-mid-copy',
  summary: 'exit 12; the machine boots what it ran, its store is sane, and the next deployment succeeds',
  async run(workspace) {
    const host = await workspace.host();
    const proxy = await workspace.proxy(host);
    const references = [
      await workspace.shared.systems.ballast(40 * MB),
      await workspace.shared.systems.ballast(40 * MB),
    ];
    const next = await workspace.system({ greeting: 'next', references });
    const deployment = workspace.begin(host, next, workspace.through(proxy));
    await eventually('half of it was copied', () => proxy.bytesToHost > 40 * MB, deployment);
    await host.powerOff();
    // No client learns that the machine behind an address is gone; the proxy's own socket would.
    proxy.cut();
    ended(await deployment.ended, 12, 'ended while copying');
    await host.powerOn();
    runs(host, workspace.base);
    await host.execute('nix-store --verify --check-contents');
    ended(await workspace.deploy(host, next, workspace.through(proxy)), 0, 'confirmed');
    runs(host, next);
  },
};
