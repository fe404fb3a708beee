import { ended, eventually, runs } from './expect';
import type { Scenario } from './scenario';

const STATE = '/var/lib/nixos-deploy';

export const scenario: Scenario = {
  name: 'run-folder-full-or-gone',
  summary:
    'no room in /run: exit 13 before anything is changed; /run fills up, or is emptied, while the host waits for the confirmation: it goes back; the record of a deployment cannot be written once it is confirmed: it stays',
  async run(workspace) {
    const host = await workspace.host();
    const next = await workspace.system({ greeting: 'next' });
    const limits = { HEALTH_CHECK: 'sleep 20; false', HEALTH_TIMEOUT: '20' };

    const gone = workspace.begin(host, next, { ...limits, CONFIRM_TIMEOUT: '3' });
    await eventually('the switch is over', () => host.lastResult() === 'awaiting confirmation', gone);
    await host.execute('rm -rf /run/nixos-deploy');
    ended(await gone.ended, 16, workspace.base);
    await eventually('it is back', () => host.lastResult().startsWith('rolled back'));
    runs(host, workspace.base);

    // As a folder of its own, so that it can be full without what systemd needs.
    await host.execute(
      'mkdir -p /run/nixos-deploy && mount -t tmpfs -o size=256k,nr_inodes=40 small /run/nixos-deploy',
    );
    const full = workspace.begin(host, next, limits);
    await eventually('the switch is over', () => host.lastResult() === 'awaiting confirmation', full);
    await host.execute(
      'cat /dev/zero >/run/nixos-deploy/ballast 2>/dev/null; n=0; while touch "/run/nixos-deploy/$n" 2>/dev/null; do n=$((n+1)); done; true',
    );
    // Its word takes no room.
    ended(await full.ended, 15, 'is back at');
    await eventually('it is back', () => host.lastResult().startsWith('rolled back'));
    runs(host, workspace.base);

    ended(await workspace.deploy(host, next), 13, 'has no room for a deployment', 'nothing was changed');
    runs(host, workspace.base);
    await host.execute('umount /run/nixos-deploy');

    const kept = await workspace.system({
      greeting: 'kept',
      beforeSwitch: '[ "$1" != boot ] || until [ -e /tmp/read-only ]; do sleep 0.1; done',
    });
    const committing = workspace.begin(host, kept);
    await eventually('it is confirmed', () => host.lastResult() === 'committing', committing);
    await host.execute(
      `mount --bind ${STATE} ${STATE} && mount -o remount,bind,ro ${STATE} && touch /tmp/read-only`,
    );
    ended(await committing.ended, 0, 'confirmed');
    await host.deployed();
    runs(host, kept);
    await host.execute(`umount ${STATE}`);
    ended(await workspace.deploy(host, next), 0, 'confirmed');
    runs(host, next);
  },
};
