import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ended, equal, runs } from './expect';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'hostile-values',
  summary:
    'quotes, $(), newlines and leading dashes are refused with exit 2, or reach their place as they are',
  async run(workspace) {
    const host = await workspace.host();
    const next = await workspace.system({ greeting: 'next' });
    const canary = join(workspace.directory, 'canary');
    const evil = [
      `$(touch ${canary})`,
      `';touch ${canary};'`,
      `a\ntouch ${canary}`,
      `-oProxyCommand=touch ${canary}`,
      'a b',
    ];
    for (const name of [
      'TARGET_HOST',
      'TOPLEVEL',
      'SSH_USER',
      'SSH_PORT',
      'SSH_JUMP',
      'INSTANCE_ID',
      'CONNECT_TIMEOUT',
    ]) {
      for (const value of evil)
        ended(await workspace.deploy(host, next, { [name]: value }), 2, `${name} must be`);
    }
    const seen = join(workspace.directory, 'it\'s "seen" $(not)');
    const check = `printf '%s\\n' "two\nlines" '$(touch ${canary})' "$TARGET_HOST" >"$SEEN" &&\n  test 'a "b"' = "a \\"b\\""`;
    const odd = {
      HEALTH_CHECK: check,
      SEEN: seen,
      USER: `x';touch ${canary};'`,
      KNOWN_HOSTS_FILE: `-known 'hosts' $(x)`,
    };
    ended(await workspace.deploy(host, next, odd), 0, 'confirmed');
    equal(
      'what the check wrote',
      readFileSync(seen, 'utf8'),
      `two\nlines\n$(touch ${canary})\n${host.address}\n`,
    );
    if (!existsSync(join(workspace.directory, odd.KNOWN_HOSTS_FILE)))
      throw new Error('KNOWN_HOSTS_FILE was not taken as it is');
    if (existsSync(canary)) throw new Error('a value was run as a command');
    ended(await workspace.deploy(host, workspace.base, { HEALTH_CHECK: '-x', HEALTH_TIMEOUT: '1' }), 15);
    runs(host, next);
  },
};
