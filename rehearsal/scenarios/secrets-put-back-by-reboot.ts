import { existsSync } from 'node:fs';

import { ended, equal, runs } from './expect';
import type { Scenario } from './scenario';
import { asksFor, Secrets, STORE, vault } from './secrets';

const TOKEN = 'token token.age root root 0400 vault.service';
const inhibitors = (dbus: string) => ({ 'switch-inhibitors': `{"dbus-implementation": "${dbus}"}\n` });

export const scenario: Scenario = {
  name: 'secrets-put-back-by-reboot',
  summary:
    'a system that needs a reboot boots with its secrets; unhealthy, the old one comes back with the old ones; exit 18 changes none',
  async run(stage) {
    const host = await stage.host();
    const secrets = await Secrets.open(stage);
    await secrets.set('token', 'old');
    await secrets.set('pin', '1234');
    const before = await stage.system({
      greeting: 'before',
      files: { ...vault, ...asksFor(TOKEN, 'pin pin.age root root 0400 -'), ...inhibitors('dbus') },
    });
    ended(await stage.deploy(host, before, secrets.environment), 0, 'confirmed');

    await secrets.set('token', 'new');
    const after = await stage.system({
      greeting: 'after',
      files: { ...vault, ...asksFor(TOKEN), ...inhibitors('broker') },
    });
    const deploy = async (more: Readonly<Record<string, string>>) =>
      stage.deploy(host, after, { ...secrets.environment, ...more });

    ended(await deploy({}), 18);
    equal('token', host.read(`${STORE}/token`), 'old');

    ended(await deploy({ ALLOW_REBOOT: '1', HEALTH_CHECK: 'sleep 0.2; false' }), 15, 'another reboot');
    runs(host, before);
    equal('token', host.read(`${STORE}/token`), 'old');
    equal('pin', host.read(`${STORE}/pin`), '1234');
    equal('what the service got', host.read('/run/credentials/vault.service/token'), 'old');

    ended(await deploy({ ALLOW_REBOOT: '1' }), 0, 'secrets changed: token, removed: pin');
    runs(host, after);
    equal('token', host.read(`${STORE}/token`), 'new');
    equal('pin is there', existsSync(host.outside(`${STORE}/pin`)), false);
    equal('what the service got', host.read('/run/credentials/vault.service/token'), 'new');
  },
};
