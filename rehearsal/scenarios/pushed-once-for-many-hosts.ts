import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { copies, ended, equal, runs } from './expect';
import type { HostWorkspace } from './host-workspace';
import { kill, start } from './processes';
import type { Scenario } from './scenario';

/** Where hosts find what was pushed. */
const ADDRESS = '127.77.255.254:8124';

export const scenario: Scenario = {
  name: 'pushed-once-for-many-hosts',
  summary:
    'systems are pushed into a signed cache once, hosts pull them from there; one that is away, has lost parts or cannot be written costs a direct copy',
  async run(workspace) {
    const hosts = [await workspace.host(), await workspace.host()];
    const cache = join(workspace.directory, 'cache');
    const key = join(workspace.directory, 'binary-cache.key');
    mkdirSync(cache);
    const push = async (toplevels: readonly string[], where = `file://${cache}`) => {
      const more = { BINARY_CACHE: where, BINARY_CACHE_KEY_FILE: key, TOPLEVELS: toplevels.join(' ') };
      return workspace.begin(hosts[0] ?? (await workspace.host()), '', more, ['push']).ended;
    };
    /** Deploy to all hosts at once; returns how many paths were sent to them together. */
    const deploy = async (toplevel: string) => {
      const more = { BINARY_CACHE: `http://${ADDRESS}`, BINARY_CACHE_KEY_FILE: key };
      const all = await Promise.all(hosts.map(async (host) => workspace.deploy(host, toplevel, more)));
      for (const deployment of all) ended(deployment, 0, 'confirmed');
      for (const host of hosts) runs(host, toplevel);
      return all.reduce((sum, one) => sum + (one.stderr.includes('copying ') ? copies(one) : 0), 0);
    };

    const server = start('busybox', ['httpd', '-f', '-p', ADDRESS, '-h', cache]);
    try {
      const first = await system(workspace, 'first');
      ended(await push([first, await system(workspace, 'other')]), 0, 'pushing 2 systems', 'pushed');
      equal('who may read the key', (statSync(key).mode & 0o777).toString(8), '600');
      const made = readFileSync(key, 'utf8');
      equal('paths sent', await deploy(first), 0);

      const second = await system(workspace, 'second');
      ended(await push([second]), 0, 'pushed');
      equal('the key', readFileSync(key, 'utf8'), made);
      for (const name of readdirSync(join(cache, 'nar'))) rmSync(join(cache, 'nar', name));
      equal('something sent, where the cache lost all but its index', (await deploy(second)) > 0, true);
    } finally {
      kill(server);
    }
    const third = await system(workspace, 'third');
    ended(await push([third], 'file:///proc/nowhere'), 0, 'not pushed', 'nix said');
    equal('something sent, where there is no cache', (await deploy(third)) > 0, true);
    rmSync(key);
    const fourth = await system(workspace, 'fourth');
    equal('something sent, where there is no key', (await deploy(fourth)) > 0, true);
  },
};

async function system(workspace: HostWorkspace, greeting: string): Promise<string> {
  return workspace.system({ greeting: `pushed-${greeting}` });
}
