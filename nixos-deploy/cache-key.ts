import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { Deadline } from './deadline';
import { lastLine } from './display';
import { codeOf, reasonOf } from './errors';
import { Failure } from './exit-status';
import { run } from './processes';

/** Nix's format: a name, and in base 64 the 32 bytes of the seed and the 32 of the public key. */
const SECRET_KEY = /^([A-Za-z0-9._-]+):([A-Za-z0-9+/]{86}==)\s*$/;

/**
 * What a host has to trust for what a secret key has signed, as NAME:BASE64; empty where there is no such file yet.
 *
 * @throws Failure `refused` for a file that holds no secret key; nothing of it is shown
 */
export function publicKeyOf(file: string): string {
  if (!existsSync(file)) return '';
  const [, name, bytes = ''] = SECRET_KEY.exec(read(file)) ?? [];
  if (name === undefined) {
    throw new Failure(
      'refused',
      `BINARY_CACHE_KEY_FILE must be a secret key as nix key generate-secret makes it; got: ${file}, which is none`,
      'Remove it: the next push makes another.',
    );
  }
  return `${name}:${Buffer.from(bytes, 'base64').subarray(32).toString('base64')}`;
}

/** Makes the secret key, for its owner alone, unless it is there. Its name tells it from those of other deployers. */
export async function makeSecretKey(file: string): Promise<void> {
  if (existsSync(file)) return;
  const name = `binary-cache-${randomBytes(4).toString('hex')}`;
  const words = [
    '--extra-experimental-features',
    'nix-command',
    'key',
    'generate-secret',
    '--key-name',
    name,
  ];
  const { status, stdout, stderr } = await run('nix', words, Deadline.in(60));
  if (status !== 0) throw new Failure('internal', `no key can be made: ${lastLine(stderr)}`);
  // It is there whole or not at all, and of two that make it at once the first one's counts.
  const fresh = `${file}.${name}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(fresh, stdout, { mode: 0o600, flush: true });
    linkSync(fresh, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST')
      throw new Failure('internal', `BINARY_CACHE_KEY_FILE cannot be written: ${reasonOf(error)}`);
  } finally {
    rmSync(fresh, { force: true });
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure('refused', `BINARY_CACHE_KEY_FILE must be a file that can be read: ${reasonOf(error)}`);
  }
}
