import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { findSecrets, type SecretsFolder } from '../constructs/secrets-folder';
import { InputsError } from '../inputs';
import { readSmallFile } from '../small-file';

/**
 * The project's secrets, all of them: which ones the system asks for is known where it
 * is built, and a preview has only its path.
 *
 * @throws InputsError naming each secret that the system, if it is there, asks for in vain.
 */
export function secretsFor(toplevel: string, folder = 'secrets'): SecretsFolder | undefined {
  const secrets = findSecrets(folder);
  const files = new Set(secrets?.names.map((name) => `${name}.age`));
  const problems = declaredBy(toplevel)
    .filter(({ file }) => !files.has(file))
    .map(({ name, file }) =>
      [
        `secret ${name}`,
        `  got       no file ${join(folder, file)}`,
        '  expected  a file encrypted with age, because LIVE_CONFIG_PATH asks for it',
        `  set it    npm run secrets -- edit ${file.replace(/\.age$/, '')}`,
      ].join('\n'),
    );
  if (problems.length > 0) throw new InputsError('The system asks for secrets that are not there:', problems);
  return secrets;
}

/** What nix/modules/secrets.nix wrote, a line for each secret; nothing of a system that is not built. */
function declaredBy(toplevel: string): readonly { name: string; file: string }[] {
  const manifest = join(toplevel, 'etc/nixos-deploy/secrets');
  if (!existsSync(manifest)) return [];
  return readSmallFile(manifest)
    .toString('utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([name, file]) => (name && file ? [{ name, file }] : []));
}
