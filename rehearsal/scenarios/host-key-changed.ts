import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ended, equal, runs } from './expect';
import { run } from './processes';
import type { Scenario } from './scenario';

const TRUSTING = { HOST_KEY: 'first-use' };

export const scenario: Scenario = {
  name: 'host-key-changed',
  summary:
    'exit 11 with both fingerprints, nothing touched; a new instance id replaces the key of the old one',
  async run(workspace) {
    const host = await workspace.host();
    const key = join(host.disk, 'root/etc/ssh/ssh_host_ed25519_key.pub');
    const fingerprint = async () => (await run('ssh-keygen', ['-lf', key])).split(' ')[1] ?? '';
    const [first, second] = [
      await workspace.system({ greeting: 'first' }),
      await workspace.system({ greeting: 'second' }),
    ];
    const recorded = await fingerprint();
    ended(
      await workspace.deploy(host, first, { ...TRUSTING, INSTANCE_ID: 'i-1' }),
      0,
      'recorded the host key',
    );
    // Another machine's key, recorded after it, has no part in this.
    ended(await workspace.deploy(await workspace.host(), first), 0, 'recorded the host key');

    await host.replaceHostKey();
    const offered = await fingerprint();
    const refused = await workspace.deploy(host, second, { ...TRUSTING, INSTANCE_ID: 'i-1' });
    ended(refused, 11, `expected: ${recorded}`, `offered:  ${offered}`, 'INSTANCE_ID', 'ssh-keygen -R');
    ended(await workspace.deploy(host, second), 11, recorded, offered);
    runs(host, first);

    ended(
      await workspace.deploy(host, second, { ...TRUSTING, INSTANCE_ID: 'i-2' }),
      0,
      'dropped',
      'confirmed',
    );
    runs(host, second);
    const known = readFileSync(workspace.knownHosts, 'utf8').trim().split('\n');
    const lines = known.filter((line) => line.startsWith(`${host.address} `));
    equal('recorded keys', lines.length, 1);
    equal('instance of the key', lines[0]?.split(' ').at(-1) ?? '', 'instance=i-2');
  },
};
