import { readFileSync } from 'node:fs';

import { ended, equal, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'through-a-jump-host',
  summary: 'both host keys are recorded in the project, and the machine runs the new system',
  async run(stage) {
    const [jump, host] = [await stage.host(), await stage.host()];
    const next = await stage.system({ greeting: 'next' });
    const more = { SSH_JUMP: `root@${jump.address}:22`, HOST_KEY: 'first-use', INSTANCE_ID: 'i-1' };
    ended(await stage.deploy(host, next, more), 0, 'confirmed');
    runs(host, next);
    runs(jump, stage.base);
    const names = readFileSync(stage.knownHosts, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    equal('recorded hosts', names.sort().join(' '), [jump.address, host.address].sort().join(' '));
  },
};
