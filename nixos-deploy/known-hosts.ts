import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { codeOf, reasonOf } from './errors';
import { Failure } from './exit-status';

/** A host key: type and key as ssh writes them. */
export type HostKey = string;

/** A line of a known_hosts file that names hosts in plain. */
interface KeyLine {
  readonly names: readonly string[];
  readonly key: HostKey;
  /** The instance that it belongs to; empty where the line does not say. */
  readonly instance: string;
}

const KEY = /^([^\s@#|*?!]+) +((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+ +[A-Za-z0-9+/]+={0,3})(?: +(.*))?$/;

/** Hashed names, patterns, markers and comments open nothing here: they are kept, and never read. */
export function parseKeyLine(text: string): KeyLine | undefined {
  const [, names, key, comment = ''] = KEY.exec(text.trim()) ?? [];
  if (names === undefined || key === undefined) return undefined;
  return {
    names: names.split(','),
    key: key.replace(/ +/, ' '),
    instance: / instance=(\S+) /.exec(` ${comment} `)?.[1] ?? '',
  };
}

/** A host as ssh names it in known_hosts. */
export function nameOf(host: string, port: string | number): string {
  return String(port) === '22' ? host : `[${host}]:${port}`;
}

/** A key's fingerprint, as ssh shows it. */
export function fingerprintOf(key: HostKey): string {
  const bytes = Buffer.from(key.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '')}`;
}

/** The host that a deployment is for. */
export interface Identity {
  /** Its name in known_hosts. */
  readonly name: string;
  /** Its instance; empty where there is none. */
  readonly instance: string;
  /** Whether its first key has to be authenticated. */
  readonly authenticated: boolean;
}

/** A key of this host that is another instance's; where keys have to be authenticated, also one that does not say whose it is. */
function isSuperseded(line: KeyLine, { name, instance, authenticated }: Identity): boolean {
  if (!line.names.includes(name) || instance === '' || line.instance === instance) return false;
  return line.instance !== '' || authenticated;
}

/**
 * The project's own known_hosts file. Each line's comment names the instance that the key belongs to
 * (instance=i-0123…), so that a new instance under an old address is distinguished from a stranger.
 */
export class KnownHosts {
  private readonly lines: readonly string[];

  /** @throws Failure `internal` for a file that cannot be read */
  constructor(readonly file: string) {
    this.lines = readLines(file);
  }

  /** Recorded keys of a host. */
  keysOf(host: Identity): readonly HostKey[] {
    return this.of(host)
      .filter((line) => !isSuperseded(line, host))
      .map(({ key }) => key);
  }

  /** Instances whose recorded keys the host's own instance has superseded; '' for one that is not named. */
  superseded(host: Identity): readonly string[] {
    return this.of(host)
      .filter((line) => isSuperseded(line, host))
      .map(({ instance }) => instance);
  }

  /** Is there a key of the host that does not say whose it is, and could? */
  lacksInstance(host: Identity): boolean {
    return (
      host.instance !== '' &&
      this.of(host).some(({ names, instance }) => names.length === 1 && instance === '')
    );
  }

  /**
   * Adds keys that were learnt, names the instance where a line lacks it, and drops keys that are superseded. Other
   * deployments may be writing, too, for other hosts. Returns the names that were added.
   *
   * @throws Failure `internal` when the file cannot be written
   */
  async record(
    host: Identity,
    learnt: readonly { readonly name: string; readonly key: HostKey }[],
  ): Promise<readonly string[]> {
    const lock = await this.lock();
    try {
      const kept = readLines(this.file).flatMap((text) => updated(text, host));
      const present = new Set(kept);
      const added: string[] = [];
      for (const { name, key } of learnt) {
        const line = `${name} ${key}${name === host.name && host.instance !== '' ? ` instance=${host.instance}` : ''}`;
        if (present.has(line)) continue;
        present.add(line);
        kept.push(line);
        added.push(name);
      }
      this.replace(kept);
      return added;
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }

  private of({ name }: Identity): readonly KeyLine[] {
    return this.lines.flatMap((text) => {
      // Most lines of a long file are somebody else's.
      const line = text.includes(name) ? parseKeyLine(text) : undefined;
      return line?.names.includes(name) ? [line] : [];
    });
  }

  private replace(lines: readonly string[]): void {
    let fresh: string | undefined;
    try {
      // The file that a link leads to is replaced, and the link stays.
      const file = existsSync(this.file) ? realpathSync(this.file) : this.file;
      fresh = join(dirname(file), `.${basename(file)}.${process.pid}.new`);
      writeFileSync(fresh, lines.map((line) => `${line}\n`).join(''), { mode: 0o644, flush: true });
      if (existsSync(file)) chmodSync(fresh, statSync(file).mode & 0o777);
      renameSync(fresh, file);
    } catch (error) {
      if (fresh !== undefined) rmSync(fresh, { force: true });
      throw new Failure(
        'internal',
        `cannot record the host key in ${this.file}: ${reasonOf(error)}; nothing was changed`,
        'Set KNOWN_HOSTS_FILE to a file in a folder that can be written.',
      );
    }
  }

  /**
   * A folder, which two cannot make at once. Each holds it for milliseconds: one that has it for 5 s was killed. Many may
   * have it one after the other meanwhile.
   */
  private async lock(): Promise<string> {
    const lock = `${this.file}.lock`;
    let made: number | undefined;
    for (let looks = 0; looks < 100; looks += 1) {
      try {
        mkdirSync(lock);
        return lock;
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') {
          throw new Failure(
            'internal',
            `cannot record the host key: ${reasonOf(error)}; nothing was changed`,
            'Set KNOWN_HOSTS_FILE to a file in a folder that can be written.',
          );
        }
        const holder = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
        if (holder !== made) looks = 0;
        made = holder;
        await pause(50);
      }
    }
    return lock;
  }
}

/** A line after the deployment's host has been let in: none, when its key was superseded. */
function updated(text: string, host: Identity): readonly string[] {
  const line = text.includes(host.name) ? parseKeyLine(text) : undefined;
  if (!line?.names.includes(host.name)) return [text];
  if (isSuperseded(line, host)) {
    const others = line.names.filter((name) => name !== host.name);
    return others.length === 0 ? [] : [text.trimStart().replace(/^\S+/, others.join(','))];
  }
  const unnamed = host.instance !== '' && line.instance === '' && line.names.length === 1;
  return [unnamed ? `${text.trimEnd()} instance=${host.instance}` : text];
}

function readLines(file: string): string[] {
  try {
    const text = readFileSync(file, 'utf8');
    return text === '' ? [] : text.replace(/\n$/, '').split('\n');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw new Failure(
      'internal',
      `cannot read the host keys in ${file}: ${reasonOf(error)}; nothing was changed`,
    );
  }
}
