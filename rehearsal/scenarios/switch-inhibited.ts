import { ended, equal, runs } from './expect';
import { answers } from './host-workspace';
import type { Scenario } from './scenario';

const inhibitors = (dbus: string) => ({
  'switch-inhibitors': `${JSON.stringify({ 'dbus-implementation': dbus, other: 'same' }, undefined, 2)}\n`,
});

const HOLDER = `[Unit]
Description=holds the lock of a deployment
[Service]
ExecStartPre=/bin/mkdir -p /run/nixos-deploy
ExecStart=/usr/bin/flock /run/nixos-deploy/session.lock sleep infinity
`;

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

    // A system that nobody can deploy to, and so not back from either.
    const holding = await workspace.system({
      greeting: 'holding',
      files: inhibitors('dbus'),
      units: { 'holder.service': HOLDER },
    });
    ended(
      await workspace.deploy(host, holding, {
        HEALTH_CHECK: 'false',
        HEALTH_TIMEOUT: '2',
        ALLOW_REBOOT: '1',
      }),
      19,
      `the way back to ${broker} failed, too: another deployment holds`,
    );
    equal('running system', host.running(), holding);
    await host.execute('systemctl stop holder');
    ended(await workspace.deploy(host, broker, { ALLOW_REBOOT: '1' }), 0, 'confirmed');
    runs(host, broker);

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
