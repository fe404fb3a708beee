import { existsSync, readdirSync } from 'node:fs';

import { ended, equal, eventually, runs } from './expect';
import type { Scenario } from './scenario';
import { asksFor, runOf, Secrets, STORE, vault } from './secrets';

const TOKEN = 'token token.age root root 0400 vault.service';

export const scenario: Scenario = {
  name: 'secrets-put-back',
  summary:
    'when a deployment is rolled back, so are its secrets: changed, new and removed ones, and the units that had taken them',
  async run(stage) {
    const host = await stage.host();
    const secrets = await Secrets.open(stage);
    await secrets.set('token', 'good');
    await secrets.set('pin', '1234');
    const files = { ...vault, ...asksFor(TOKEN, 'pin pin.age root root 0400 -') };
    const system = await stage.system({ greeting: 'next', files });
    ended(await stage.deploy(host, system, secrets.environment), 0);
    const first = await runOf(host, 'vault');

    await secrets.set('token', 'bad');
    await secrets.set('other', 'new');
    const sick = { ...secrets.environment, HEALTH_CHECK: 'false' };
    const shown = () => host.read('/run/credentials/vault.service/token');
    const same = stage.begin(host, system, { ...sick, HEALTH_TIMEOUT: '4' });
    await eventually(
      'the bad token is in use',
      () => host.read('/run/credentials/vault.service/token') === 'bad',
    );
    ended(await same.ended, 15);
    runs(host, system);
    equal('token', host.read(`${STORE}/token`), 'good');
    equal('what the service got back', shown(), 'good');
    equal('vault was restarted', (await runOf(host, 'vault')) !== first, true);

    const another = await stage.system({
      greeting: 'another',
      files: { ...vault, ...asksFor(TOKEN, 'other other.age root root 0400 -') },
    });
    ended(await stage.deploy(host, another, sick), 15);
    runs(host, system);
    equal('token', host.read(`${STORE}/token`), 'good');
    equal('pin', host.read(`${STORE}/pin`), '1234');
    equal('the new one is there', existsSync(host.outside(`${STORE}/other`)), false);
    equal('what is in the folder', readdirSync(host.outside(STORE)).sort().join(' '), '.records pin token');
  },
};
