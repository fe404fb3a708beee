import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { consoleOf } from './ec2-console';
import { ended, equal, runs } from './expect';
import type { Host } from './host';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'machine-in-the-middle',
  summary:
    'exit 11 when another ssh server answers in the place of a machine never seen before; nothing sent',
  async run(workspace) {
    const [host, impostor] = [await workspace.host(), await workspace.host()];
    const next = await workspace.system({ greeting: 'next' });
    const authenticated = consoleOf(workspace, 'i-1', join(host.disk, 'console.log'));

    const refused = await workspace.deploy(impostor, next, authenticated);
    ended(refused, 11, 'is not the one on the console of i-1', fingerprintOf(host), fingerprintOf(impostor));
    runs(impostor, workspace.base);
    equal('logins at the impostor', await loginsOf(impostor), 0);
    if (existsSync(workspace.knownHosts)) throw new Error('a key was recorded');

    ended(await workspace.deploy(host, next, authenticated), 0, 'confirmed');
    runs(host, next);
    // Trusted once, it is trusted without its console.
    const silent = consoleOf(workspace, 'i-1', '/dev/null');
    ended(await workspace.deploy(host, workspace.base, silent), 0, 'confirmed');

    // What first use means: whoever answers is taken at its word.
    const trusting = { ...silent, HOST_KEY: 'first-use' };
    ended(await workspace.deploy(impostor, next, trusting), 0, 'unauthenticated', 'confirmed');
    if ((await loginsOf(impostor)) === 0) throw new Error('a login at the impostor is not seen');
  },
};

function fingerprintOf(host: Host): string {
  const found = /SHA256:\S+/.exec(host.console());
  if (!found) throw new Error(`${host.name} has no fingerprint on its console`);
  return found[0];
}

async function loginsOf(host: Host): Promise<number> {
  return (await host.journal('sshd')).split('Accepted publickey').length - 1;
}
