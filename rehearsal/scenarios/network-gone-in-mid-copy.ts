import { ended, eventually, runs } from './expect';
import type { Scenario } from './scenario';

const MB = 1_000_000;

export const scenario: Scenario = {
  name: 'network-gone-in-mid-copy',
  summary:
    'exit 12; the machine, which nobody tells, gives up within about a minute, and the next deployment succeeds',
  async run(stage) {
    const host = await stage.host();
    const proxy = await stage.proxy(host);
    const references = [
      await stage.workshop.systems.ballast(40 * MB),
      await stage.workshop.systems.ballast(40 * MB),
    ];
    const next = await stage.system({ greeting: 'next', references });
    const deployment = stage.begin(host, next, stage.through(proxy));
    await eventually('half of it was copied', () => proxy.bytesToHost > 50 * MB);
    proxy.freeze();
    ended(await deployment.ended, 12, 'ended while copying');
    ended(await stage.deploy(host, next), 17, 'another deployment holds');
    await host.execute('flock --timeout 75 /run/nixos-deploy/session.lock true');
    runs(host, stage.base);
    ended(await stage.deploy(host, next), 0, 'confirmed');
    runs(host, next);
  },
};
