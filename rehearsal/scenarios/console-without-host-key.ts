import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { consoleOf } from './ec2-console';
import { ended, equal, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'console-without-host-key',
  summary: 'waits for the key, exit 11 with what to do when it never comes; nothing sent',
  async run(workspace) {
    const host = await workspace.host();
    const next = await workspace.system({ greeting: 'next' });
    const console = join(workspace.directory, 'console');
    writeFileSync(console, 'booting\n');
    const more = consoleOf(workspace, 'i-1', console);

    const never = await workspace.deploy(host, next, { ...more, CONNECT_TIMEOUT: '2' });
    ended(never, 11, 'nothing was sent', 'HOST_KEY=first-use');
    runs(host, workspace.base);

    const waiting = workspace.begin(host, next, more);
    await waiting.shows('waiting for the console of i-1');
    appendFileSync(console, readFileSync(join(host.disk, 'console.log')));
    ended(await waiting.ended, 0, 'recorded the host key', 'confirmed');
    runs(host, next);
    const line = readFileSync(workspace.knownHosts, 'utf8').trim();
    equal('the recorded machine', line.split(' ').at(-1) ?? '', 'instance=i-1');
  },
};
