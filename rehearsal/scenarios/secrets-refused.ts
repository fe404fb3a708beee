import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ended, equal, runs } from './expect';
import type { Host } from './host';
import type { HostWorkspace } from './host-workspace';
import { type Ended, run, start } from './processes';
import type { Scenario } from './scenario';
import { asksFor, Secrets, STORE, vault } from './secrets';

export const scenario: Scenario = {
  name: 'secrets-refused',
  summary:
    'an identity that cannot decrypt, a missing file or program, no folder, an owner that the machine does not know, a full disk: exit 2, named, and the machine is unchanged; one that asks for what is not in its system gets nothing',
  async run(workspace) {
    const host = await workspace.host();
    const secrets = await Secrets.open(workspace);
    await secrets.set('token', 'first');
    const stranger = join(workspace.directory, 'stranger');
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
    const system = async (...lines: readonly string[]) =>
      workspace.system({ greeting: lines.join(), units: vault, files: asksFor(...lines) });
    const toplevel = await system('token token.age root root 0400 vault.service');

    const storePaths = () => readdirSync(join(host.disk, 'root/nix/store')).length;
    const before = storePaths();
    const given = secrets.environment;
    const foreign = { ...given, AGE_IDENTITY_FILE: stranger };
    ended(
      await workspace.deploy(host, toplevel, foreign),
      2,
      'secret token',
      `cannot be decrypted with ${stranger}`,
    );
    ended(await workspace.deploy(host, toplevel), 2, 'SECRETS_DIR is not set');
    ended(await workspace.deploy(host, toplevel, { ...given, SECRETS_DIR: stranger }), 2, 'must be a folder');
    const without = { ...given, PATH: programsWithout(workspace, 'age') };
    ended(await workspace.deploy(host, toplevel, without), 2, 'secret token: age, which');
    const locked = join(workspace.directory, 'locked');
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'a passphrase', '-f', locked]);
    writeFileSync(
      join(secrets.folder, 'recipients'),
      await run('ssh-keygen', ['-y', '-P', 'a passphrase', '-f', locked]),
    );
    await secrets.set('token', 'first');
    // Asked for on a terminal, which this one has, as under cdktf, it would wait for ever.
    const terminal = start(
      'script',
      ['-qec', `exec '${process.execPath}' '${workspace.shared.program}'`, '/dev/null'],
      {
        env: workspace.environment(host, toplevel, { ...given, AGE_IDENTITY_FILE: locked }),
      },
    );
    ended(await terminal.ended, 2, 'secret token', 'without a passphrase');
    writeFileSync(
      join(secrets.folder, 'recipients'),
      await run('ssh-keygen', ['-y', '-f', workspace.shared.identity]),
    );
    await secrets.set('token', 'first');
    const lacking = await system('pin pin.age root root 0400 -');
    ended(await workspace.deploy(host, lacking, given), 2, 'secret pin: no file', 'edit pin');
    equal('paths in the machine store', storePaths(), before);

    const owned = await system('token token.age nosuchuser root 0400 -');
    ended(await workspace.deploy(host, owned, given), 2, 'secret token: no user nosuchuser');
    runs(host, workspace.base);
    equal('secrets on the machine', existsSync(host.outside(`${STORE}/token`)), false);

    // Room for the folders of what is received, and for no file in them.
    await host.execute(`mount -t tmpfs -o nr_inodes=8 full ${STORE}`);
    ended(await workspace.deploy(host, toplevel, given), 2, `cannot write to ${STORE}`);
    await host.cutPower();

    ended(await workspace.deploy(host, toplevel, given), 0, 'secrets changed: token');
    await askedForMore(host, toplevel, async () => workspace.deploy(host, toplevel, given), secrets);
    await secrets.set('token', 'second');
    ended(await workspace.deploy(host, toplevel, foreign), 2, 'cannot be decrypted');
    equal('token', host.read(`${STORE}/token`), 'first');
    rmSync(join(secrets.folder, 'token.age'));
    ended(await workspace.deploy(host, toplevel, given), 2, 'secret token: no file');
    equal('token', host.read(`${STORE}/token`), 'first');
    runs(host, toplevel);
  },
};

/** A machine gets what its system asks for, and nothing else that it would like to have. */
async function askedForMore(
  host: Host,
  system: string,
  deploy: () => Promise<Ended>,
  secrets: Secrets,
): Promise<void> {
  await secrets.set('foreign', 'of another machine');
  const manifest = `${system}/etc/nixos-deploy/secrets`;
  const tamper = async (command: string) => host.execute(`chmod u+w ${manifest}; ${command} ${manifest}`);
  await tamper('echo foreign foreign.age root root 0400 - >>');
  ended(await deploy(), 12, 'asks for foreign.age, which its system does not ask for');
  equal('the secret of another', existsSync(host.outside(`${STORE}/foreign`)), false);
  await tamper("sed -i '$d'");
}

/** A folder for PATH with every program that is on it now, but one. */
function programsWithout(workspace: HostWorkspace, missing: string): string {
  const folder = join(workspace.directory, `without-${missing}`);
  mkdirSync(folder);
  for (const place of (process.env.PATH ?? '').split(':').filter((name) => existsSync(name))) {
    for (const name of readdirSync(place)) {
      if (name !== missing && !existsSync(join(folder, name)))
        symlinkSync(join(place, name), join(folder, name));
    }
  }
  return folder;
}
