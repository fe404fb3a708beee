import { ended, runs } from './expect';
import { answers } from './host-stage';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'ssh-server-broken',
  summary: 'a server that lets nobody in, or does not start, is exit 16; the old one is back each time',
  async run(stage) {
    const host = await stage.host();
    // The web server is well, and the connection that is held lives on: only a new one can tell.
    const locked = await stage.system({ greeting: 'locked', sshd: 'AllowUsers nobody' });
    ended(
      await stage.deploy(host, locked, answers('locked')),
      16,
      'does not let a new connection in',
      'is back at',
    );
    runs(host, stage.base);

    const dead = await stage.system({ greeting: 'dead', sshd: 'NoSuchOption yes' });
    ended(await stage.deploy(host, dead), 16, 'Connection refused', 'is back at');
    runs(host, stage.base);

    const next = await stage.system({ greeting: 'next' });
    ended(await stage.deploy(host, next), 0, 'confirmed');
    runs(host, next);
  },
};
