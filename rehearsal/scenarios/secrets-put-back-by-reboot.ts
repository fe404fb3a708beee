import { existsSync, readdirSync } from 'node:fs';

import { ended, equal, runs } from './expect';
import type { Scenario } from './scenario';
import { asksFor, Secrets, STORE, vault } from './secrets';

const TOKEN = 'token token.age root root 0400 vault.service';
const inhibitors = (dbus: string) => ({ 'switch-inhibitors': `{"dbus-implementation": "${dbus}"}\n` });

export const scenario: Scenario = {
  name: 'secrets-put-back-by-reboot',
  summary:
    'a system that needs a reboot boots with its secrets; unhealthy, the old one comes back with the old ones, which stay where even that fails; exit 18 changes none; what would be removed waits for the next deployment',
  async run(workspace) {
    const host = await workspace.host();
    const secrets = await Secrets.open(workspace);
    await secrets.set('token', 'old');
    await secrets.set('pin', '1234');
    const before = await workspace.system({
      greeting: 'before',
      units: vault,
      files: { ...asksFor(TOKEN, 'pin pin.age root root 0400 -'), ...inhibitors('dbus') },
    });
    ended(await workspace.deploy(host, before, secrets.environment), 0, 'confirmed');

    await secrets.set('token', 'new');
    const after = await workspace.system({
      greeting: 'after',
      units: vault,
      files: { ...asksFor(TOKEN), ...inhibitors('broker') },
    });
    const deploy = async (more: Readonly<Record<string, string>>) =>
      workspace.deploy(host, after, { ...secrets.environment, ...more });

    ended(await deploy({}), 18);
    equal('token', host.read(`${STORE}/token`), 'old');

    ended(
      await deploy({ ALLOW_REBOOT: '1', HEALTH_CHECK: 'sleep 0.2; false', HEALTH_TIMEOUT: '2' }),
      15,
      'another reboot',
    );
    runs(host, before);
    equal('token', host.read(`${STORE}/token`), 'old');
    equal('pin', host.read(`${STORE}/pin`), '1234');
    equal('what the service got', host.read('/run/credentials/vault.service/token'), 'old');

    ended(await deploy({ ALLOW_REBOOT: '1' }), 0, 'secrets changed: token, removed: pin');
    runs(host, after);
    equal('token', host.read(`${STORE}/token`), 'new');
    equal('pin, for the older generation in the boot menu', host.read(`${STORE}/pin`), '1234');
    equal('what the service got', host.read('/run/credentials/vault.service/token'), 'new');
    ended(await deploy({}), 0, 'removed: pin');
    equal('pin is there', existsSync(host.outside(`${STORE}/pin`)), false);
    equal('what is in the folder', readdirSync(host.outside(STORE)).sort().join(' '), '.records token');

    // Once /no-way-back is there, the system on the way back cannot become the boot default.
    const stuck = await workspace.system({
      greeting: 'stuck',
      units: vault,
      files: { ...asksFor(TOKEN), ...inhibitors('broker') },
      beforeSwitch: '[ "$1" != boot ] || [ ! -e /no-way-back ] || exit 1',
    });
    ended(await workspace.deploy(host, stuck, secrets.environment), 0);
    await secrets.set('token', 'newest');
    const sick = await workspace.system({
      greeting: 'sick',
      units: vault,
      files: { ...asksFor(TOKEN), ...inhibitors('dbus') },
      beforeSwitch: '[ "$1" != boot ] || touch /no-way-back',
    });
    const more = { ...secrets.environment, ALLOW_REBOOT: '1', HEALTH_CHECK: 'false', HEALTH_TIMEOUT: '2' };
    ended(await workspace.deploy(host, sick, more), 19, 'failed, too: ');
    equal('token, put back once and not touched again', host.read(`${STORE}/token`), 'new');
  },
};
