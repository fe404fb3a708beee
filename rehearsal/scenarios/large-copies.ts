import { ended, runs } from './expect';
import type { Scenario } from './scenario';
import type { Variation } from './systems';

const MB = 1_000_000;

/** No process of an ssh session may take twice a large path into memory. */
const small: Partial<Variation> = {
  units: {
    'sshd.service': [
      '[Unit]',
      'Wants=sshd-keygen.service',
      'After=sshd-keygen.service',
      '[Service]',
      'Type=notify',
      'RuntimeDirectory=sshd',
      'RuntimeDirectoryPreserve=yes',
      `ExecStart=/usr/bin/prlimit --data=${120 * MB} /usr/sbin/sshd -D -f /etc/ssh/sshd_config`,
      'KillMode=process',
      'Restart=always',
      '',
    ].join('\n'),
  },
};

export const scenario: Scenario = {
  name: 'large-copies',
  summary:
    'a large path needs little memory on the machine; it arrives where a connection carries one session only, and where the login shell talks',
  async run(workspace) {
    const host = await workspace.host();
    const large = async (variation: Partial<Variation>) => {
      const references = [await workspace.shared.systems.ballast(70 * MB)];
      return workspace.system({ greeting: 'large', references, ...variation });
    };
    ended(
      await workspace.deploy(host, await workspace.system({ greeting: 'small', ...small })),
      0,
      'confirmed',
    );
    for (const user of ['root', 'deploy']) {
      const next = await large(small);
      ended(await workspace.deploy(host, next, { SSH_USER: user }), 0, 'confirmed');
      runs(host, next);
    }

    const talk =
      'PATH=/run/current-system/sw/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin\necho Welcome\n';
    for (const variation of [{ sshd: 'MaxSessions 1' }, { files: { 'etc/bash.bashrc': talk } }]) {
      const first = await workspace.system({ greeting: 'first', ...variation });
      ended(await workspace.deploy(host, first), 0, 'confirmed');
      const next = await large(variation);
      ended(await workspace.deploy(host, next), 0, 'confirmed');
      runs(host, next);
    }
  },
};
