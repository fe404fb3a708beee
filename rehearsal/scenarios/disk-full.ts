import { ended, runs } from './expect';
import type { Host } from './host';
import type { HostStage } from './host-stage';
import { run } from './processes';
import type { Scenario } from './scenario';

const MB = 1_000_000;
const FILES = 20_000;

export const scenario: Scenario = {
  name: 'disk-full',
  summary: 'exit 13, before a byte is sent when it is known, in mid-copy when it is not; with room, it heals',
  async run(stage) {
    const host = stage.machine();
    await run('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'disk', host.disk]);
    try {
      await host.powerOn(stage.workshop.image);
      await fill(stage, host);
    } finally {
      await host.powerOff();
      await run('umount', [host.disk]);
    }
  },
};

async function fill(stage: HostStage, host: Host): Promise<void> {
  const large = await stage.system({
    greeting: 'large',
    references: [await stage.workshop.systems.ballast(60 * MB)],
  });
  ended(await stage.deploy(host, large), 13, 'the missing paths take 60 MB', 'Make room');
  runs(host, stage.base);

  // Small in an archive, large on a disk that gives each file a block.
  const files = Object.fromEntries(Array.from({ length: FILES }, (_, number) => [`small/${number}`, '-']));
  const scattered = await stage.system({ greeting: 'scattered', files });
  ended(await stage.deploy(host, scattered), 13, 'disk full on', 'No space left on device');
  runs(host, stage.base);

  // The same of a copy that is large enough to go another way.
  await run('mount', ['-o', 'remount,size=120m', host.disk]);
  const references = [await stage.workshop.systems.ballast(70 * MB)];
  const both = await stage.system({ greeting: 'both', files, references });
  ended(await stage.deploy(host, both), 13, 'disk full on', 'No space left on device');
  runs(host, stage.base);

  await run('mount', ['-o', 'remount,size=400m', host.disk]);
  ended(await stage.deploy(host, both), 0, 'confirmed');
  runs(host, both);
}
