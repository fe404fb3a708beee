import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ended, runs } from './expect';
import { kill, run, start } from './processes';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'substituted-on-target',
  summary:
    'the machine pulls what a signed cache has, the deployer sends the rest; an unknown signature is not trusted',
  async run(workspace) {
    const host = await workspace.host();
    const cache = join(workspace.directory, 'cache');
    const secret = join(workspace.directory, 'cache.key');
    const open = join(workspace.directory, 'cache.pub');
    mkdirSync(cache);
    await run('nix-store', ['--generate-binary-cache-key', 'cache-1', secret, open]);
    const references = [await workspace.system({ greeting: 'a part' })];
    const next = await workspace.system({ greeting: 'next', references });
    await run('nix', ['copy', '--to', `file://${cache}?secret-key=${secret}`, ...references]);
    const server = start('busybox', ['httpd', '-f', '-p', '127.77.255.254:8123', '-h', cache]);
    try {
      const more = { BINARY_CACHE: 'http://127.77.255.254:8123' };
      const key = readFileSync(open, 'utf8').trim();
      const elsewhere = `cache-1:${Buffer.alloc(32, 7).toString('base64')}`;
      const distrusted = await workspace.deploy(host, next, {
        ...more,
        BINARY_CACHE_KEY: elsewhere,
        HEALTH_CHECK: 'false',
      });
      ended(distrusted, 15, 'copying 2 of 2 paths');
      await host.execute('nix-store --gc');
      ended(
        await workspace.deploy(host, next, { ...more, BINARY_CACHE_KEY: key }),
        0,
        'copying 1 of 2 paths',
      );
      runs(host, next);
    } finally {
      kill(server);
    }
  },
};
