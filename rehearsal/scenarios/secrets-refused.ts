import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { ended, equal, runs } from './expect';
import type { HostStage } from './host-stage';
import { run } from './processes';
import type { Scenario } from './scenario';
import { asksFor, Secrets, STORE, vault } from './secrets';

export const scenario: Scenario = {
  name: 'secrets-refused',
  summary:
    'an identity that cannot decrypt, a missing file or program, no folder, an owner that the machine does not know: exit 2, named, and the machine is unchanged',
  async run(stage) {
    const host = await stage.host();
    const secrets = await Secrets.open(stage);
    await secrets.set('token', 'first');
    const stranger = join(stage.directory, 'stranger');
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
    const system = async (...lines: readonly string[]) =>
      stage.system({ greeting: lines.join(), files: { ...vault, ...asksFor(...lines) } });
    const wanted = await system('token token.age root root 0400 vault.service');

    const storePaths = () => readdirSync(join(host.disk, 'root/nix/store')).length;
    const before = storePaths();
    const given = secrets.environment;
    const foreign = { ...given, AGE_IDENTITY_FILE: stranger };
    ended(
      await stage.deploy(host, wanted, foreign),
      2,
      'secret token',
      `cannot be decrypted with ${stranger}`,
    );
    ended(await stage.deploy(host, wanted), 2, 'SECRETS_DIR is not set');
    ended(await stage.deploy(host, wanted, { ...given, SECRETS_DIR: stranger }), 2, 'must be a folder');
    for (const [program, message] of [
      ['sha256sum', 'cannot be hashed'],
      ['base64', 'cannot be decrypted'],
    ] as const) {
      const PATH = programsWithout(stage, program);
      const text = `${program}: command not found`;
      ended(await stage.deploy(host, wanted, { ...given, PATH }), 2, message, text);
    }
    const lacking = await system('pin pin.age root root 0400 -');
    ended(await stage.deploy(host, lacking, given), 2, 'secret pin: no file', 'edit pin');
    equal('paths in the machine store', storePaths(), before);

    const owned = await system('token token.age nosuchuser root 0400 -');
    ended(await stage.deploy(host, owned, given), 2, 'secret token: no user nosuchuser');
    runs(host, stage.base);
    equal('secrets on the machine', existsSync(host.outside(`${STORE}/token`)), false);

    ended(await stage.deploy(host, wanted, given), 0, 'secrets changed: token');
    await secrets.set('token', 'second');
    ended(await stage.deploy(host, wanted, foreign), 2, 'cannot be decrypted');
    equal('token', host.read(`${STORE}/token`), 'first');
    rmSync(join(secrets.folder, 'token.age'));
    ended(await stage.deploy(host, wanted, given), 2, 'secret token: no file');
    equal('token', host.read(`${STORE}/token`), 'first');
    runs(host, wanted);
  },
};

/** A folder for PATH with every program that is on it now, but one. */
function programsWithout(stage: HostStage, missing: string): string {
  const folder = join(stage.directory, `without-${missing}`);
  mkdirSync(folder);
  for (const place of (process.env.PATH ?? '').split(':').filter((name) => existsSync(name))) {
    for (const name of readdirSync(place)) {
      if (name !== missing && !existsSync(join(folder, name)))
        symlinkSync(join(place, name), join(folder, name));
    }
  }
  return folder;
}
