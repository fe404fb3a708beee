import { ended, equal, runs } from './expect';
import { answers } from './host-workspace';
import type { Scenario } from './scenario';

const inhibitors = (dbus: string) => ({
  'switch-inhibitors': `${JSON.stringify({ 'dbus-implementation': dbus, other: 'same' }, undefined, 2)}\n`,
});

export const scenario: Scenario = {
  name: 'switch-inhibited',
  summary:
    'exit 18 unless a reboot is allowed; then the machine comes back with the new system, or is sent back',
  async run(workspace) {
    const host = await workspace.host();
    const dbus = await workspace.system({ greeting: 'dbus', files: inhibitors('dbus') });
    ended(await workspace.deploy(host, dbus), 0, 'confirmed');
    const broker = await workspace.system({ greeting: 'broker', files: inhibitors('broker') });
    ended(await workspace.deploy(host, broker), 18, 'dbus-implementation: dbus -> broker', 'ALLOW_REBOOT=1');
    runs(host, dbus);
    equal('boots', host.bootCount, 1);

    ended(
      await workspace.deploy(host, broker, { ...answers('else'), HEALTH_TIMEOUT: '2', ALLOW_REBOOT: '1' }),
      15,
      'another reboot',
    );
    runs(host, dbus);
    equal('boots', host.bootCount, 3);

    ended(await workspace.deploy(host, broker, { ...answers('broker'), ALLOW_REBOOT: '1' }), 0, 'confirmed');
    runs(host, broker);
    equal('boots', host.bootCount, 4);
    ended(await workspace.deploy(host, broker), 0, 'already runs');

    const shut = await workspace.system({
      greeting: 'shut',
      files: inhibitors('dbus'),
      beforeSwitch: '[ "$1" != boot ] || echo "root ALL=(ALL:ALL) ALL" >/etc/sudoers',
    });
    const more = { ALLOW_REBOOT: '1', SSH_USER: 'deploy', CONNECT_TIMEOUT: '60' };
    ended(await workspace.deploy(host, shut, more), 19, "cannot become root by 'sudo -n'", 'boot menu');
    equal('running system', host.running(), shut);
  },
};
