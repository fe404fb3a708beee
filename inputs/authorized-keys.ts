import { lstatSync } from 'node:fs';

import keyTypes from '../nix/ssh-key-types.json';
import { readSmallFile } from '../files/small-file';

/** Public keys as OpenSSH writes them, `TYPE KEY`: without comments, which are anybody's text. */
export type PublicKeys = readonly string[];

/** What a file of public keys consists of. */
export interface AuthorizedKeys {
  readonly keys: PublicKeys;
  /** One line for each line of the file that is no public key; nothing secret is quoted. */
  readonly problems: readonly string[];
}

/**
 * Read a file in the format of authorized_keys(5), without options. nix/authorized-keys.nix reads it alike.
 * A file that is absent has no keys.
 *
 * @throws Error when it is no regular file or cannot be read.
 */
export function readAuthorizedKeys(path: string): AuthorizedKeys {
  return lstatSync(path, { throwIfNoEntry: false })
    ? parseAuthorizedKeys(readSmallFile(path).toString('utf8'))
    : { keys: [], problems: [] };
}

/** As {@link readAuthorizedKeys}, for the file's text. */
export function parseAuthorizedKeys(text: string): AuthorizedKeys {
  const lines = text
    .split('\n')
    .map((line, index) => ({ text: line.replace(/^[ \t\r]+|[ \t\r]+$/g, ''), number: index + 1 }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'));
  const secret = lines.find((line) => SECRET.test(line.text));
  if (secret) {
    return {
      keys: [],
      problems: [
        `a private key, in line ${secret.number}: take it out, and make another: this one may be in git or in a store`,
      ],
    };
  }
  return {
    keys: lines.flatMap((line) => publicKey(line.text) ?? []),
    problems: lines
      .filter((line) => publicKey(line.text) === undefined)
      .map((line) => `no public key, in line ${line.number}`),
  };
}

/** How private keys begin: of OpenSSH and PEM, of PuTTY, and of age. */
const SECRET = /PRIVATE KEY-----|^PuTTY-User-Key-File-|^AGE-(SECRET-KEY|PLUGIN)-/;

const KEY_TYPES: Readonly<Record<string, { begins: string; shortest: number; longest: number } | undefined>> =
  keyTypes;

/** `TYPE KEY` of a line; undefined when it has anything but these in front of a comment. */
function publicKey(line: string): string | undefined {
  const [type = '', key = ''] = line.split(/[ \t\r]+/);
  const shape = KEY_TYPES[type];
  const fits =
    shape !== undefined &&
    key.startsWith(shape.begins) &&
    key.length >= shape.shortest &&
    key.length <= shape.longest &&
    key.length % 4 === 0 &&
    /^[A-Za-z0-9+/]+={0,2}$/.test(key);
  return fits ? `${type} ${key}` : undefined;
}
