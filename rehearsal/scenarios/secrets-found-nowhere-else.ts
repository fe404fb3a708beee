import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ended, equal } from './expect';
import type { Host } from './host';
import type { HostWorkspace } from './host-workspace';
import { type Ended, kill, run, start } from './processes';
import type { Scenario } from './scenario';
import { filesWith, Watch } from './search';
import { asksFor, Secrets, STORE, vault } from './secrets';

export const scenario: Scenario = {
  name: 'secrets-found-nowhere-else',
  summary:
    "a planted secret is in the machine's folder of secrets and in its service's credentials, and in no other file, store, log, argument or environment; a search finds one that is planted there",
  async run(workspace) {
    const host = await workspace.host();
    const secrets = await Secrets.open(workspace);
    const temporary = join(workspace.directory, 'tmp');
    mkdirSync(temporary);
    const [first, second, refused, control] = [plant(), plant(), plant(), plant()] as const;
    await controlWatch(temporary, control);

    const system = await workspace.system({
      greeting: 'next',
      units: vault,
      files: asksFor('token token.age root root 0400 vault.service'),
    });
    const deploy = async (more: Readonly<Record<string, string>> = {}) =>
      workspace.deploy(host, system, { ...secrets.environment, TMPDIR: temporary, ...more });

    const said: Ended[] = [];
    const seen = await Watch.during(
      async () => {
        await secrets.set('token', first);
        said.push(await deploy({ HEALTH_CHECK: 'sleep 0.5' }));
        await secrets.set('token', refused);
        said.push(await deploy({ HEALTH_CHECK: 'false', HEALTH_TIMEOUT: '2' }));
        await secrets.set('token', second);
        said.push(await deploy({ HEALTH_CHECK: 'sleep 0.5' }));
      },
      [first, second, refused],
      temporary,
    );
    equal('processes and files that were seen with a secret', seen.join(', '), '');
    said.forEach((deployment, index) => {
      ended(deployment, [0, 15, 0][index] ?? 0);
      for (const secret of [first, second, refused]) {
        equal(
          'a log that shows a secret',
          `${deployment.stdout}${deployment.stderr}`.includes(secret),
          false,
        );
      }
    });

    equal(
      'files with the secret',
      found(workspace, host, second),
      `/run/credentials/vault.service/token ${host.disk}/root${STORE}/token`,
    );
    equal('files with the secret that was replaced', found(workspace, host, first), '');
    equal('files with the secret that was undone', found(workspace, host, refused), '');
    await controlFiles(workspace, host, control);
  },
};

const plant = () => `planted-${randomBytes(24).toString('hex')}`;

/** All places: the deployer's files and store, the machine's disk with its store and logs, its volatile files. */
function found(workspace: HostWorkspace, host: Host, text: string): string {
  const volatile = host.outside('/run');
  return filesWith(text, [workspace.directory, workspace.shared.directory, '/nix', '/dev/shm', volatile])
    .map((path) => path.replace(volatile, '/run'))
    .sort()
    .join(' ');
}

/** The watch sees a secret in arguments, in an environment and in a file. */
async function controlWatch(folder: string, control: string): Promise<void> {
  const file = join(folder, 'control');
  const seen = await Watch.during(
    async (watch) => {
      writeFileSync(file, Buffer.from(`${control}\n`).toString('base64'));
      const processes = [
        start('sleep', ['infinity'], { env: { PATH: process.env.PATH, CONTROL: control } }),
        start('sh', ['-c', 'kill -STOP $$; :', control]),
      ];
      await watch.lookedOnce();
      processes.forEach(kill);
      await Promise.all(processes.map(async ({ ended }) => ended));
    },
    [control],
    folder,
  );
  rmSync(file);
  equal('what the watch sees of a planted secret', seen.join(', '), `${file}, sh: cmdline, sleep: environ`);
}

/** The search sees a secret in either store and in a log. */
async function controlFiles(workspace: HostWorkspace, host: Host, control: string): Promise<void> {
  const file = join(workspace.directory, 'control');
  writeFileSync(file, `password=${Buffer.from(control).toString('hex')}`);
  const here = await run('nix-store', ['--add', file]);
  await host.execute(`echo ${control} >/tmp/control; nix-store --add /tmp/control`);
  const there = found(workspace, host, control);
  for (const place of [here, file, `${host.disk}/root/nix/store/`, `${host.disk}/root/tmp/control`]) {
    equal(`the search finds a planted secret in ${place}`, there.includes(place), true);
  }
}
