import { readFileSync } from 'node:fs';

import { ended, equal, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'through-a-jump-host',
  summary:
    'both host keys are recorded in the project; a jump host with another key is refused by its own name, exit 11',
  async run(workspace) {
    const [jump, host] = [await workspace.host(), await workspace.host()];
    const next = await workspace.system({ greeting: 'next' });
    const more = { SSH_JUMP: `root@${jump.address}:22`, HOST_KEY: 'first-use', INSTANCE_ID: 'i-1' };
    ended(await workspace.deploy(host, next, more), 0, 'confirmed');
    runs(host, next);
    runs(jump, workspace.base);
    const names = readFileSync(workspace.knownHosts, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    equal('recorded hosts', names.sort().join(' '), [jump.address, host.address].sort().join(' '));

    await jump.replaceHostKey();
    const refused = await workspace.deploy(host, workspace.base, more);
    ended(refused, 11, `host key of the jump host ${jump.address}`, `ssh-keygen -R '${jump.address}'`);
    runs(host, next);
  },
};
