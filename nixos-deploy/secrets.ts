import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { Connection } from './connection';
import { Deadline } from './deadline';
import { linesOf, type Output, quoted } from './display';
import { reasonOf } from './errors';
import { Failure } from './exit-status';
import { run } from './processes';
import { type HostEvent, ProtocolViolation } from './protocol';
import type { Settings } from './settings';

/** Seconds for one decryption, and for the host to take all secrets. */
const DECRYPT_LIMIT = 60;
const EXCHANGE_LIMIT = 150;

const FILE = /^[A-Za-z0-9_][A-Za-z0-9._-]*\.age$/;
const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;
/** Whatever systemd takes for a unit; none begins with a dash, which systemctl would take for an option. */
const UNIT = /^[A-Za-z0-9:_.@][A-Za-z0-9:_.@-]*\.[a-z]+$/;

/**
 * Secrets that the system asks for (nix/modules/secrets.nix): decrypted here, sent over the held connection. Plaintext is
 * in this program's memory, as base64, and in pipes: in no file, no argument and no environment.
 */
export class Secrets {
  private readonly plaintexts = new Map<string, string>();

  private constructor(
    private readonly settings: Settings,
    /** Hash of each ciphertext, by file name. */
    private readonly hashes: ReadonlyMap<string, string>,
  ) {}

  /**
   * Hashes the folder's files and decrypts those that the system asks for, before anything is opened; undefined without a
   * folder.
   *
   * @throws Failure `refused`
   */
  static async prepare(settings: Settings): Promise<Secrets | undefined> {
    const declared = join(settings.TOPLEVEL, 'etc/nixos-deploy/secrets');
    // A system that is not here comes from the host's substituters: it is asked there.
    const requested = existsSync(declared) ? requestedBy(readFileSync(declared, 'utf8')) : [];
    if (settings.SECRETS_DIR === '') {
      if (!existsSync(declared)) return undefined;
      throw new Failure(
        'refused',
        'not deployed: the system asks for secrets, and SECRETS_DIR is not set',
        'Set it to the folder of their encrypted files.',
      );
    }
    const secrets = new Secrets(settings, hashCiphertexts(settings.SECRETS_DIR));
    for (const { name, file } of requested) await secrets.decrypt(name, file);
    return secrets;
  }

  /** Words FILE:HASH, with a space on both ends. */
  get ciphertexts(): string {
    return ` ${[...this.hashes].map(([file, hash]) => `${file}:${hash} `).join('')}`;
  }

  /** From the agent's word on what it lacks to its word that it has all. */
  async exchange(connection: Connection, take: (event: HostEvent) => void, output: Output): Promise<void> {
    const deadline = Deadline.in(EXCHANGE_LIMIT);
    const { TARGET_HOST } = this.settings;
    for (;;) {
      const heard = await connection.next(deadline);
      if (heard === 'ended' || heard === 'late') {
        throw new Failure(
          'copy',
          `the connection to ${TARGET_HOST} ended while secrets were sent; the host runs what it ran, with its old secrets`,
        );
      }
      const { event } = heard;
      take(event);
      if (event.name === 'secrets-requested') await this.send(event.pairs, connection);
      else if (event.name === 'secrets-refused') {
        throw new Failure('refused', `${event.text}; the host is unchanged`);
      } else if (event.name === 'secrets-ready') {
        if (event.text !== '') output.say(`secrets ${event.text}`);
        return;
      } else throw new ProtocolViolation(`it said ${event.name} while secrets were sent`);
    }
  }

  private async send(pairs: readonly string[], connection: Connection): Promise<void> {
    for (const pair of pairs) {
      const [name = '', file = '', ...rest] = pair.split(':');
      if (!NAME.test(name) || !FILE.test(file) || rest.length > 0 || !this.isRequested(file)) {
        throw new Failure(
          'copy',
          `${this.settings.TARGET_HOST} asks for ${file || pair}, which its system does not ask for; it gets nothing`,
        );
      }
    }
    for (const pair of pairs) {
      const [name = '', file = ''] = pair.split(':');
      connection.write(`${await this.decrypt(name, file)}\n`);
    }
    connection.write('end\n');
  }

  /**
   * A host must not get another one's secrets. What its system asks for is decrypted by now, unless that system is not
   * here: then the host is believed.
   */
  private isRequested(file: string): boolean {
    return this.plaintexts.has(file) || !existsSync(this.settings.TOPLEVEL);
  }

  /** The plaintext in base64; decrypted once. */
  private async decrypt(name: string, file: string): Promise<string> {
    const known = this.plaintexts.get(file);
    if (known !== undefined) return known;
    const path = join(this.settings.SECRETS_DIR, file);
    if (!this.hashes.has(file)) {
      throw new Failure(
        'refused',
        `secret ${name}: no file ${path}; the host is unchanged`,
        `Make it: npm run secrets -- edit ${file.replace(/\.age$/, '')}`,
      );
    }
    const { AGE_IDENTITY_FILE } = this.settings;
    // A crash of age must not leave the plaintext in a core dump.
    const words = [
      '-c',
      'ulimit -c 0; exec "$@"',
      'sh',
      'age',
      '--decrypt',
      '--identity',
      AGE_IDENTITY_FILE,
      '--',
      path,
    ];
    const { status, stdout, stderr, late } = await run('sh', words, Deadline.in(DECRYPT_LIMIT));
    if (status === 127) {
      throw new Failure(
        'refused',
        `secret ${name}: age, which it takes to decrypt it, is not on PATH; the host is unchanged`,
      );
    }
    if (status !== 0) {
      throw new Failure(
        'refused',
        `secret ${name}: ${path} cannot be decrypted with ${AGE_IDENTITY_FILE}; the host is unchanged`,
        `age said: ${late ? `nothing within ${DECRYPT_LIMIT} s` : (linesOf(stderr)[0] ?? 'nothing')}`,
        'Set AGE_IDENTITY_FILE to the private key, without a passphrase, of one of its recipients, or ask one of them to add yours and rekey.',
      );
    }
    const text = stdout.toString('base64');
    this.plaintexts.set(file, text);
    return text;
  }
}

/** Lines of the manifest: name, file, owner, group, mode, units. */
function requestedBy(manifest: string): readonly { readonly name: string; readonly file: string }[] {
  return manifest
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', file = '', , , , ...units] = line.split(' ');
      const wrong =
        !NAME.test(name) || !FILE.test(file) ? line : units.find((unit) => unit !== '-' && !UNIT.test(unit));
      if (wrong !== undefined) {
        throw new Failure(
          'refused',
          `not deployed: the system asks for a secret in a line that nix/modules/secrets.nix would not write; got: ${quoted(wrong)}`,
        );
      }
      return { name, file };
    });
}

function hashCiphertexts(folder: string): ReadonlyMap<string, string> {
  const hashes = new Map<string, string>();
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
    if (!statSync(folder).isDirectory()) throw new Error('it is no folder');
    for (const file of readdirSync(folder).sort()) {
      if (!file.endsWith('.age') || file.startsWith('.')) continue;
      if (!FILE.test(file))
        throw new Failure('refused', `not deployed: no name for a secret: ${quoted(join(folder, file))}`);
      hashes.set(
        file,
        createHash('sha256')
          .update(readFileSync(join(folder, file)))
          .digest('hex'),
      );
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
      'refused',
      `not deployed: SECRETS_DIR must be a folder that can be read, with files that can; got: ${quoted(folder)}`,
      reasonOf(error),
    );
  }
  return hashes;
}
