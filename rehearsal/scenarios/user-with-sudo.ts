import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ended, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'user-with-sudo',
  summary: 'a user other than root deploys by sudo; one who may not learns what is missing, exit 10',
  async run(workspace) {
    const host = await workspace.host();
    const next = await workspace.system({ greeting: 'next' });
    ended(await workspace.deploy(host, next, { SSH_USER: 'deploy' }), 0, 'confirmed');
    runs(host, next);
    const sudoers = join(host.disk, 'root/etc/sudoers');
    rmSync(sudoers);
    writeFileSync(sudoers, 'root ALL=(ALL:ALL) ALL\n%wheel ALL=(ALL:ALL) ALL\n', { mode: 0o440 });
    ended(
      await workspace.deploy(host, workspace.base, { SSH_USER: 'deploy' }),
      10,
      "cannot become root by 'sudo -n'",
    );
    runs(host, next);
  },
};
