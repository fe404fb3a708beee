import { existsSync, readdirSync } from 'node:fs';

import { ended, equal, eventually, runs } from './expect';
import type { Host } from './host';
import type { HostWorkspace } from './host-workspace';
import type { Scenario } from './scenario';
import { asksFor, runOf, Secrets, STORE, vault } from './secrets';

const TOKEN = 'token token.age root root 0400 vault.service';
const PIN = 'pin pin.age root root 0400 -';

export const scenario: Scenario = {
  name: 'secrets-put-back',
  summary:
    'when a deployment is rolled back, so are its secrets: changed, new and removed ones, and the units that had taken them; also where one cannot be put in place; a reboot before the confirmation finds those that would be removed',
  async run(workspace) {
    const host = await workspace.host();
    const secrets = await Secrets.open(workspace);
    await secrets.set('token', 'good');
    await secrets.set('pin', '1234');
    const asks = { units: vault, files: asksFor(TOKEN, PIN) };
    const system = await workspace.system({ greeting: 'next', ...asks });
    ended(await workspace.deploy(host, system, secrets.environment), 0);
    const first = await runOf(host, 'vault');

    await secrets.set('token', 'bad');
    await secrets.set('other', 'new');
    const sick = { ...secrets.environment, HEALTH_CHECK: 'false', HEALTH_TIMEOUT: '2' };
    const shown = () => host.read('/run/credentials/vault.service/token');
    const same = workspace.begin(host, system, { ...sick, HEALTH_TIMEOUT: '20' });
    await eventually(
      'the bad token is in use',
      () => host.read('/run/credentials/vault.service/token') === 'bad',
      same,
    );
    ended(await same.ended, 15);
    runs(host, system);
    equal('token', host.read(`${STORE}/token`), 'good');
    equal('what the service got back', shown(), 'good');
    equal('vault was restarted', (await runOf(host, 'vault')) !== first, true);

    const another = await workspace.system({
      greeting: 'another',
      units: vault,
      files: asksFor(TOKEN, 'other other.age root root 0400 -'),
    });
    ended(await workspace.deploy(host, another, sick), 15);
    runs(host, system);
    equal('token', host.read(`${STORE}/token`), 'good');
    equal('pin', host.read(`${STORE}/pin`), '1234');
    equal('the new one is there', existsSync(host.outside(`${STORE}/other`)), false);
    nothingElse(host);

    await halfApplied(workspace, host, secrets);
    await rebootedBeforeOneGoes(workspace, host, secrets);
  },
};

const nothingElse = (host: Host) => {
  equal('what is in the folder', readdirSync(host.outside(STORE)).sort().join(' '), '.records pin token');
};

/** Of three, the second cannot be replaced: a mount point is neither linked nor renamed over. */
async function halfApplied(workspace: HostWorkspace, host: Host, secrets: Secrets): Promise<void> {
  await secrets.set('pin', '5678');
  const lines = ['other other.age root root 0400 -', PIN, TOKEN];
  const system = await workspace.system({ greeting: 'half', units: vault, files: asksFor(...lines) });
  const records = () => ['pin', 'token'].map((name) => host.read(`${STORE}/.records/${name}`)).join('');
  const before = { running: host.running(), records: records() };

  await host.execute(`cd ${STORE} && mkdir other`);
  ended(await workspace.deploy(host, system, secrets.environment), 2, 'secret other', 'is a folder');
  await host.execute(`cd ${STORE} && rmdir other && touch /run/file && mount --bind /run/file pin`);
  ended(
    await workspace.deploy(host, system, secrets.environment),
    14,
    'could not be put in place',
    'cross-device',
  );
  runs(host, before.running);
  // Without the mount.
  await host.cutPower();
  nothingElse(host);
  equal('token', host.read(`${STORE}/token`), 'good');
  equal('pin', host.read(`${STORE}/pin`), '1234');
  equal('records', records(), before.records);
}

async function rebootedBeforeOneGoes(workspace: HostWorkspace, host: Host, secrets: Secrets): Promise<void> {
  const before = host.running();
  const system = await workspace.system({ greeting: 'no pin', units: vault, files: asksFor(TOKEN) });
  const endless = { ...secrets.environment, HEALTH_CHECK: 'sleep 1000', HEALTH_TIMEOUT: '20' };
  const deployment = workspace.begin(host, system, endless);
  await eventually('the switch is over', () => host.lastResult() === 'awaiting confirmation', deployment);
  await host.cutPower();
  runs(host, before);
  equal('pin, for the old system', host.read(`${STORE}/pin`), '1234');
  ended(await deployment.ended, 16);

  ended(await workspace.deploy(host, system, secrets.environment), 0, 'removed: pin');
  equal('what is in the folder', readdirSync(host.outside(STORE)).sort().join(' '), '.records token');
  equal('records', readdirSync(host.outside(`${STORE}/.records`)).join(' '), 'token');
}
