import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

/** A text as it is, and as it would be written in base64 or in hex. */
function formsOf(text: string): readonly Buffer[] {
  const bytes = Buffer.from(text);
  // Without its last characters, which depend on what follows the text.
  const base64 = bytes.toString('base64').replace(/.?.?=*$/, '');
  return [bytes, Buffer.from(base64), Buffer.from(bytes.toString('hex'))];
}

/** Regular files below some folders in which a text is, in one of its forms; links are not followed. */
export function filesWith(text: string, roots: readonly string[]): readonly string[] {
  const forms = formsOf(text);
  const found: string[] = [];
  const look = (folder: string): void => {
    for (const entry of list(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) look(path);
      else if (entry.isFile() && contains(path, forms)) found.push(path);
    }
  };
  roots.forEach(look);
  return found.sort();
}

/** What is in a folder; nothing of one that went since it was listed. */
function list(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function contains(path: string, forms: readonly Buffer[]): boolean {
  const bytes = read(path);
  return forms.some((form) => bytes.includes(form));
}

/**
 * Looks for texts in the arguments and the environment of every process, and in files of one folder,
 * again and again. What lives for less than a look, some milliseconds, may be missed.
 */
export class Watch {
  private readonly found = new Set<string>();
  private watching = true;
  private looks = 0;

  private constructor(
    private readonly texts: readonly string[],
    private readonly folder: string,
  ) {}

  /** Watch while something is done; what was found, as `PROGRAM: cmdline`, `PROGRAM: environ` or a path. */
  static async during(
    act: (watch: Watch) => Promise<void>,
    texts: readonly string[],
    folder: string,
  ): Promise<readonly string[]> {
    const watch = new Watch(texts, folder);
    const ended = watch.look();
    try {
      await act(watch);
    } finally {
      watch.watching = false;
      await ended;
    }
    return [...watch.found].sort();
  }

  /** Resolves once it has looked everywhere, from now on. */
  async lookedOnce(): Promise<void> {
    const { looks } = this;
    while (this.looks === looks) await setImmediate();
  }

  private async look(): Promise<void> {
    const forms = this.texts.flatMap(formsOf);
    while (this.watching) {
      for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
        for (const kind of ['cmdline', 'environ']) {
          const bytes = read(`/proc/${pid}/${kind}`);
          if (forms.some((form) => bytes.includes(form))) {
            this.found.add(`${read(`/proc/${pid}/comm`).toString().trim()}: ${kind}`);
          }
        }
      }
      for (const text of this.texts) {
        for (const path of filesWith(text, [this.folder])) this.found.add(path);
      }
      this.looks += 1;
      await setImmediate();
    }
  }
}

/** A file's bytes; none of one that went since it was listed, such as a lock or a process. */
function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}
