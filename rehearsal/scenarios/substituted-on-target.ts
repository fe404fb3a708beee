import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { copies, ended, equal, runs } from './expect';
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
        HEALTH_TIMEOUT: '2',
      });
      ended(distrusted, 15);
      const missing = without(await closure(next), await closure(workspace.base));
      equal('paths sent without the cache', copies(distrusted), missing.length);
      await host.deployed();
      await host.execute('nix-store --gc');
      const trusted = await workspace.deploy(host, next, { ...more, BINARY_CACHE_KEY: key });
      ended(trusted, 0);
      const left = without(missing, await closure(...references));
      equal('paths sent with the cache', copies(trusted), left.length);
      runs(host, next);
    } finally {
      kill(server);
    }
  },
};

async function closure(...paths: readonly string[]): Promise<readonly string[]> {
  return (await run('nix-store', ['--query', '--requisites', ...paths])).split('\n');
}

function without(paths: readonly string[], others: readonly string[]): readonly string[] {
  return paths.filter((path) => !others.includes(path));
}
