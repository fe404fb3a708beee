import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ended, equal, eventually, runs } from './expect';
import type { Host } from './host';
import type { Scenario } from './scenario';
import { Secrets, STORE, vault } from './secrets';

export const scenario: Scenario = {
  name: 'secrets-of-a-cut-deployment',
  summary:
    'plaintext that a deployment left when it was cut off is removed by the next one, also one without secrets, and by the next boot; a unit that is an option for systemctl is refused',
  async run(workspace) {
    const host = await workspace.host();
    const secrets = await Secrets.open(workspace);
    await secrets.set('token', 'first');
    const asker = join(workspace.shared.source, 'nix/modules/secrets.nix');
    const none = await workspace.system({ greeting: 'none', modules: [asker] });
    ended(await workspace.deploy(host, none, secrets.environment), 0, 'confirmed');
    await leave(host);
    await host.goDown();
    await eventually('it has booted', () => host.bootCount === 2);
    equal('plaintext of its first secret after the next boot', left(host), false);

    const module = join(workspace.directory, 'token.nix');
    writeFileSync(module, `{ imports = [ ${asker} ]; secrets.token.restartUnits = [ "vault.service" ]; }`);
    const system = await workspace.system({ greeting: 'vault', units: vault, modules: [module] });
    ended(await workspace.deploy(host, system, secrets.environment), 0, 'confirmed');

    await leave(host);
    ended(await workspace.deploy(host, workspace.base), 0, 'confirmed');
    equal('plaintext after the next deployment', left(host), false);

    ended(await workspace.deploy(host, system, secrets.environment), 0, 'confirmed');
    await leave(host);
    await host.goDown();
    await eventually('it has booted again', () => host.bootCount === 3);
    runs(host, system);
    equal('plaintext after the next boot', left(host), false);
    equal('token after it', host.read(`${STORE}/token`), 'first');

    const forced = await workspace.system({
      greeting: 'forced',
      files: { 'etc/nixos-deploy/secrets': 'token token.age root root 0400 --force.service\n' },
    });
    ended(await workspace.deploy(host, forced, secrets.environment), 2, "got: '--force.service'");
  },
};

/** As a deployment leaves it that is cut off while the host receives a secret. */
async function leave(host: Host): Promise<void> {
  await host.execute(`mkdir -p ${STORE}/.new/files && echo plaintext >${STORE}/.new/files/token`);
}

const left = (host: Host) => existsSync(host.outside(`${STORE}/.new`));
