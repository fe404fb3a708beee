import { ended, eventually, runs } from './expect';
import type { Scenario } from './scenario';

const MB = 1_000_000;

export const scenario: Scenario = {
  name: 'host-dies-in-mid-copy',
  summary: 'exit 12; the machine boots what it ran, its store is sane, and the next deployment succeeds',
  async run(stage) {
    const host = await stage.host();
    const proxy = await stage.proxy(host);
    const references = [
      await stage.workshop.systems.ballast(40 * MB),
      await stage.workshop.systems.ballast(40 * MB),
    ];
    const next = await stage.system({ greeting: 'next', references });
    const deployment = stage.begin(host, next, stage.through(proxy));
    await eventually('half of it was copied', () => proxy.bytesToHost > 40 * MB);
    await host.powerOff();
    // Nobody tells a client that the machine behind an address is gone; the proxy's own socket would.
    proxy.cut();
    ended(await deployment.ended, 12, 'ended while copying');
    await host.powerOn();
    runs(host, stage.base);
    await host.execute('nix-store --verify --check-contents');
    ended(await stage.deploy(host, next, stage.through(proxy)), 0, 'confirmed');
    runs(host, next);
  },
};
