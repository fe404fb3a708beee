import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { ended, equal, runs } from './expect';
import type { Host } from './host';
import type { HostWorkspace } from './host-workspace';
import { run } from './processes';
import type { Scenario } from './scenario';

const MB = 1_000_000;
const FILES = 20_000;

export const scenario: Scenario = {
  name: 'disk-full',
  summary:
    'exit 13, before a byte is sent when it is known, in mid-copy when it is not; with room, it recovers; 20 where the disk of known_hosts is full',
  async run(workspace) {
    const host = workspace.machine();
    await run('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'disk', host.disk]);
    try {
      await host.powerOn(workspace.shared.image);
      await fillKnownHosts(workspace, host);
      await fill(workspace, host);
    } finally {
      await host.powerOff();
      await run('umount', [host.disk]);
    }
  },
};

/** The deployer's: what cannot be recorded is not deployed, and leaves nothing behind. */
async function fillKnownHosts(workspace: HostWorkspace, host: Host): Promise<void> {
  const folder = join(workspace.directory, 'keys');
  mkdirSync(folder);
  await run('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'keys', folder]);
  try {
    const next = await workspace.system({ greeting: 'next' });
    const keys = { KNOWN_HOSTS_FILE: join(folder, 'known_hosts') };
    await run('sh', ['-c', 'cat /dev/zero >"$1" 2>/dev/null || true', 'sh', join(folder, 'ballast')]);
    ended(await workspace.deploy(host, next, keys), 20, 'cannot record the host key', 'nothing was changed');
    equal('files beside known_hosts', readdirSync(folder).join(' '), 'ballast');
    runs(host, workspace.base);
  } finally {
    await run('umount', [folder]);
  }
}

async function fill(workspace: HostWorkspace, host: Host): Promise<void> {
  const large = await workspace.system({
    greeting: 'large',
    references: [await workspace.shared.systems.ballast(60 * MB)],
  });
  ended(await workspace.deploy(host, large), 13, 'the missing paths take 60 MB', 'Make room');
  runs(host, workspace.base);

  // Small in an archive, large on a disk that gives each file a block.
  const files = Object.fromEntries(Array.from({ length: FILES }, (_, number) => [`small/${number}`, '-']));
  const scattered = await workspace.system({ greeting: 'scattered', files });
  ended(await workspace.deploy(host, scattered), 13, 'disk full on', 'No space left on device');
  runs(host, workspace.base);

  // The same of a copy that is large enough to go another way.
  await run('mount', ['-o', 'remount,size=120m', host.disk]);
  const references = [await workspace.shared.systems.ballast(70 * MB)];
  const both = await workspace.system({ greeting: 'both', files, references });
  ended(await workspace.deploy(host, both), 13, 'disk full on', 'No space left on device');
  runs(host, workspace.base);

  await run('mount', ['-o', 'remount,size=400m', host.disk]);
  ended(await workspace.deploy(host, both), 0, 'confirmed');
  runs(host, both);
}
