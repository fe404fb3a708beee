import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { equal } from './expect';
import type { Host } from './host';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'hardening',
  summary:
    'the service cannot write to /etc, load a module or see the processes of others, and its exposure is below what the check in a virtual machine demands; without its hardening each is otherwise',
  async run(workspace) {
    const { source, systems } = workspace.shared;
    const host = workspace.machine();
    const modules = [join(source, 'rehearsal/scenarios/hardening.nix')];
    await host.powerOn(await systems.image({ greeting: 'hardened', modules }));

    const hardened = await probes(host, 'iplz');
    equal('write to /etc', hardened.get('write-etc'), 'Read-only file system');
    equal('load a module', hardened.get('load-module'), 'not permitted');
    equal('processes of others', hardened.get('processes-of-others'), '0');
    equal('bind a low port', hardened.get('bind-low-port'), 'done');

    await host.execute('systemctl start bare');
    const bare = await probes(host, 'bare');
    equal('write to /etc without hardening', bare.get('write-etc'), 'done');
    equal('load a module without hardening', bare.get('load-module'), 'permitted');
    equal('sees others without hardening', bare.get('processes-of-others') !== '0', true);

    const check = readFileSync(join(source, 'app/nix/checks/service.nix'), 'utf8');
    const threshold = /security --threshold=(\d+) --no-pager iplz\.service/.exec(check)?.[1];
    if (threshold === undefined) throw new Error('app/nix/checks/service.nix names no threshold');
    equal('exposure of iplz', await isWithin(host, 'iplz', threshold), true);
    equal('exposure without hardening', await isWithin(host, 'bare', threshold), false);
  },
};

/** What became of each thing that the unit tried, by name. */
async function probes(host: Host, unit: string): Promise<ReadonlyMap<string, string>> {
  const follow = `journalctl --follow --lines=all --output=cat --unit=${unit}.service`;
  const text = await host.execute(`timeout 300 ${follow} | sed '/^probe end:/q'`);
  return new Map(
    [...text.matchAll(/^probe (\S+): (.*?) *$/gm)].map(([, name = '', said = '']) => [name, said]),
  );
}

async function isWithin(host: Host, unit: string, threshold: string): Promise<boolean> {
  const answer = await host.execute(
    `systemd-analyze security --threshold=${threshold} --no-pager ${unit}.service >&2; echo $?`,
  );
  return answer === '0';
}
