import { existsSync, readdirSync } from 'node:fs';

import { ended, equal, runs } from './expect';
import type { Scenario } from './scenario';
import { asksFor, ownership, runOf, Secrets, STORE, vault } from './secrets';

const TOKEN = 'token token.age deploy wheel 0440 vault.service';
const PIN = 'pin pin.age root root 0400 -';

export const scenario: Scenario = {
  name: 'secrets-delivered',
  summary:
    'a secret arrives with owner and mode and survives a reboot; unchanged, it is not sent; changed, its unit alone restarts; no longer asked for, it is gone; what nixos-deploy did not put there stays',
  async run(workspace) {
    const host = await workspace.host();
    const secrets = await Secrets.open(workspace);
    await secrets.set('token', 'first');
    await secrets.set('pin', '1234\n\n');
    const system = await workspace.system({
      greeting: 'next',
      units: vault,
      files: asksFor(TOKEN, PIN),
    });
    const deploy = async () => workspace.deploy(host, system, secrets.environment);

    ended(await deploy(), 0, 'secrets changed: token pin, removed: none', 'confirmed');
    runs(host, system);
    equal('token', host.read(`${STORE}/token`), 'first');
    equal('pin, with its line ends', host.read(`${STORE}/pin`), '1234\n\n');
    equal('owner and mode of token', ownership(host, `${STORE}/token`), '1000:1 440');
    equal('owner and mode of pin', ownership(host, `${STORE}/pin`), '0:0 400');
    equal('owner and mode of the folder', ownership(host, STORE), '0:0 700');
    equal('what the service got', host.read('/run/credentials/vault.service/token'), 'first');
    nothingAside(readdirSync(host.outside(STORE)));

    await host.reboot();
    equal('token after a reboot', host.read(`${STORE}/token`), 'first');
    equal('what the service got', host.read('/run/credentials/vault.service/token'), 'first');

    const before = { vault: await runOf(host, 'vault'), web: await runOf(host, 'web') };
    const silent = await deploy();
    ended(silent, 0, 'already runs');
    const another = await workspace.system({
      greeting: 'another',
      units: vault,
      files: asksFor(TOKEN, PIN),
    });
    const unsent = await workspace.deploy(host, another, secrets.environment);
    ended(unsent, 0, 'confirmed');
    equal(
      'words about secrets that did not change',
      `${silent.stderr}${unsent.stderr}`.includes('secrets changed'),
      false,
    );
    equal('run of vault', await runOf(host, 'vault'), before.vault);

    before.web = await runOf(host, 'web');
    await secrets.set('token', 'second');
    ended(
      await workspace.deploy(host, another, secrets.environment),
      0,
      'secrets changed: token, removed: none',
      'confirmed',
    );
    equal('token', host.read(`${STORE}/token`), 'second');
    equal('owner and mode of token', ownership(host, `${STORE}/token`), '1000:1 440');
    equal('what the service got', host.read('/run/credentials/vault.service/token'), 'second');
    equal('vault was restarted', (await runOf(host, 'vault')) !== before.vault, true);
    equal('run of web', await runOf(host, 'web'), before.web);

    const narrower = await workspace.system({
      greeting: 'narrower',
      units: vault,
      files: asksFor('token token.age root root 0400 vault.service'),
    });
    ended(
      await workspace.deploy(host, narrower, secrets.environment),
      0,
      'secrets changed: token, removed: pin',
    );
    equal('owner and mode of token', ownership(host, `${STORE}/token`), '0:0 400');
    equal('token', host.read(`${STORE}/token`), 'second');
    equal('pin is there', existsSync(host.outside(`${STORE}/pin`)), false);

    await host.execute(`cd ${STORE} && mkdir folder && echo by-hand | tee token.bak folder/file`);
    ended(await workspace.deploy(host, workspace.base), 0);
    equal('left alone without SECRETS_DIR', host.read(`${STORE}/token`), 'second');
    const bare = await workspace.system({ greeting: 'bare' });
    ended(await workspace.deploy(host, bare, secrets.environment), 0, 'removed: token');
    const left = readdirSync(host.outside(STORE));
    equal('what is left', [...left].sort().join(' '), '.records folder token.bak');
    equal('a file by hand', host.read(`${STORE}/token.bak`), 'by-hand\n');
    equal('a file by hand in a folder', host.read(`${STORE}/folder/file`), 'by-hand\n');
    equal('records left', readdirSync(host.outside(`${STORE}/.records`)).join(), '');
  },
};

function nothingAside(names: readonly string[]): void {
  equal('files in the folder', [...names].sort().join(' '), '.records pin token');
}
