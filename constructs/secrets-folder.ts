import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { readSmallFile } from '../files/small-file';

/** Age-encrypted files of one folder. Nothing here ever decrypts one. */
export interface SecretsFolder {
  /** The folder, seen from the project's root, where synth runs. */
  readonly folder: string;
  /** Names of the secrets: each is a file `NAME.age`. */
  readonly names: readonly string[];
}

/**
 * All secrets of a folder; undefined without such a folder.
 *
 * @throws Error for a file whose name nixos-deploy would refuse.
 */
export function findSecrets(folder: string): SecretsFolder | undefined {
  if (!existsSync(folder)) return undefined;
  const files = readdirSync(folder).filter((file) => file.endsWith('.age'));
  for (const file of files) {
    if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*\.age$/.test(file)) {
      throw new Error(
        `a secret's name must be of letters, digits, dots, dashes and underscores, no dot or dash in front, got: ${JSON.stringify(join(folder, file))}`,
      );
    }
  }
  return { folder, names: files.map((file) => file.slice(0, -'.age'.length)).sort() };
}

/**
 * SHA-256 of each ciphertext, by name.
 *
 * @throws Error naming a secret whose file does not exist.
 */
export function hashSecrets({ folder, names }: SecretsFolder): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.map((name) => {
      const file = join(folder, `${name}.age`);
      if (!existsSync(file)) {
        throw new Error(
          `secret ${name} must be a file, got none at ${file}: npm run secrets -- edit ${name} makes it`,
        );
      }
      return [name, createHash('sha256').update(readSmallFile(file)).digest('hex')];
    }),
  );
}
