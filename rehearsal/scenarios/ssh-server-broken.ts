import { ended, runs } from './expect';
import { answers, BRIEF } from './host-workspace';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'ssh-server-broken',
  summary:
    'a server that lets nobody in is exit 16; one that does not start is 14, a failed unit, or 16 where those are allowed; the old one is back each time',
  async run(workspace) {
    const host = await workspace.host();
    // The web server is well, and the connection that is held lives on: only a new one shows it.
    const locked = await workspace.system({ greeting: 'locked', sshd: 'AllowUsers nobody' });
    ended(
      await workspace.deploy(host, locked, {
        ...answers('locked'),
        HEALTH_TIMEOUT: '10',
        CONFIRM_TIMEOUT: '1',
      }),
      16,
      'does not let a new connection in',
      'is back at',
    );
    runs(host, workspace.base);

    const dead = await workspace.system({ greeting: 'dead', sshd: 'NoSuchOption yes' });
    ended(await workspace.deploy(host, dead), 14, 'units failed', 'sshd.service', 'is back at');
    runs(host, workspace.base);
    const allowed = { ...BRIEF, ALLOW_FAILED_UNITS: '1' };
    ended(await workspace.deploy(host, dead, allowed), 16, 'Connection refused', 'is back at');
    runs(host, workspace.base);

    const next = await workspace.system({ greeting: 'next' });
    ended(await workspace.deploy(host, next), 0, 'confirmed');
    runs(host, next);
  },
};
