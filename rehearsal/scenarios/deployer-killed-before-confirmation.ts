import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ended, eventually, runs } from './expect';
import { kill } from './processes';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'deployer-killed-before-confirmation',
  summary: 'the machine rolls itself back when its limit has passed; the next deployment succeeds',
  async run(workspace) {
    const host = await workspace.host();
    const next = await workspace.system({ greeting: 'next' });
    const limits = { HEALTH_TIMEOUT: '20', CONFIRM_TIMEOUT: '4' };
    const deployment = workspace.begin(host, next, { ...limits, HEALTH_CHECK: 'sleep 1000' });
    await eventually('the switch is over', () => host.lastResult() === 'awaiting confirmation', deployment);
    runs(host, next, workspace.base);
    kill(deployment);
    await eventually('it is back at the old system', () => host.lastResult().startsWith('rolled back'));
    runs(host, workspace.base);
    ended(await workspace.status(host, next), 1, 'rolled back: no confirmation within 24 s');

    // Asked to end, it takes its health check with it.
    const file = join(workspace.directory, 'check.pid');
    const check = { HEALTH_CHECK: `echo $$ >'${file}'; sleep 1000` };
    const interrupted = workspace.begin(host, next, { ...limits, ...check });
    await eventually('its health check runs', () => readFileSync(file, 'utf8') !== '', interrupted);
    interrupted.process.kill('SIGTERM');
    ended(await interrupted.ended, 143, `goes back to ${workspace.base}`);
    await eventually('its health check has ended', () => hasEnded(readFileSync(file, 'utf8').trim()));
    await eventually(
      'it is back at the old system',
      () => host.running() === workspace.base && host.lastResult().startsWith('rolled back'),
    );

    ended(await workspace.deploy(host, next), 0, 'confirmed');
    runs(host, next);
  },
};

/** Also of a process that nobody has collected: in a sandbox, nobody collects those that have lost their parent. */
function hasEnded(pid: string): boolean {
  return !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/cmdline`, 'utf8') === '';
}
