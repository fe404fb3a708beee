import { ended, runs } from './expect';
import type { Scenario } from './scenario';

const BROKEN = '[Service]\nType=oneshot\nExecStart=/bin/false\n';
/** Fails twice, then stays. */
const SLOW_TO_START = `[Unit]
StartLimitIntervalSec=0
[Service]
ExecStart=/bin/sh -c 'n=$(cat /tmp/starts || echo 0); echo $((n+1)) >/tmp/starts; test "$n" -ge 2 && exec sleep infinity'
Restart=always
RestartSec=1
`;

export const scenario: Scenario = {
  name: 'units-that-this-switch-did-not-break',
  summary:
    'exit status 4 of NixOS for a unit of a user, one that failed before, or one that recovers: said, and kept; for one that this switch broke: exit 14 with its name',
  async run(workspace) {
    const host = await workspace.host();
    const user = await workspace.system({ greeting: 'user', afterSwitch: '[ "$1" != test ] || exit 4' });
    ended(await workspace.deploy(host, user), 0, 'no unit of the system is broken', 'confirmed');
    runs(host, user);

    await host.execute(
      'systemd-run --quiet --unit=sick-before /bin/false; until systemctl is-failed --quiet sick-before; do sleep 0.05; done',
    );
    const other = await workspace.system({ greeting: 'other', afterSwitch: '[ "$1" != test ] || exit 4' });
    ended(await workspace.deploy(host, other), 0, 'no unit of the system is broken', 'confirmed');

    const slow = await workspace.system({
      greeting: 'slow',
      units: { 'slow.service': SLOW_TO_START },
      afterSwitch: '[ "$1" != test ] || exit 4',
    });
    ended(await workspace.deploy(host, slow), 0, 'confirmed');
    runs(host, slow);

    const broken = await workspace.system({ greeting: 'broken', units: { 'broken.service': BROKEN } });
    ended(await workspace.deploy(host, broken), 14, 'units failed: broken.service');
    runs(host, slow);
  },
};
