import { randomBytes } from 'node:crypto';
import { existsSync, symlinkSync } from 'node:fs';

import { Deadline } from './deadline';
import { lastLine } from './display';
import { Failure } from './exit-status';
import { run } from './processes';
import type { WorkFolder } from './work-folder';

/** A system with all that it refers to. */
export interface Closure {
  readonly toplevel: string;
  /** Bytes by path; empty where the system is not in this machine's store. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** Seconds that listing a closure may take. */
const LIMIT = 300;

/**
 * What a system refers to, in this machine's store. One that is not there comes from the host's substituters: settings.ts
 * saw to that.
 *
 * @throws Failure `copy` for a closure that is not complete here
 */
export async function listClosure(toplevel: string): Promise<Closure> {
  if (!existsSync(toplevel)) return { toplevel, sizes: new Map() };
  const words = [
    '--extra-experimental-features',
    'nix-command',
    'path-info',
    '--recursive',
    '--size',
    toplevel,
  ];
  const { status, stdout, stderr, late } = await run('nix', words, Deadline.in(LIMIT));
  const sizes = new Map(
    stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => {
        const [path = '', bytes = ''] = line.split(/\s+/);
        return [path, Number(bytes)] as const;
      }),
  );
  if (status !== 0 || !sizes.has(toplevel)) {
    throw new Failure(
      'copy',
      `cannot list the closure of ${toplevel}: is it complete in this machine's store?`,
      `nix said: ${late ? `nothing within ${LIMIT} s` : lastLine(stderr)}`,
    );
  }
  return { toplevel, sizes };
}

/**
 * Keeps a system that is in this machine's store from its garbage collection as long as the work folder is there: an
 * indirect root, as `nix-store --add-root` makes it, which takes longer and does it where this may not.
 */
export function keepFromGarbage(toplevel: string, work: WorkFolder): void {
  if (!existsSync(toplevel)) return;
  const link = work.file('toplevel');
  try {
    symlinkSync(toplevel, link);
    symlinkSync(link, `/nix/var/nix/gcroots/auto/nixos-deploy-${randomBytes(8).toString('hex')}`);
  } catch {
    // A failure is none: the collection would have to come in these seconds.
    void run('nix-store', ['--realise', toplevel, '--add-root', link, '--indirect'], Deadline.in(LIMIT));
  }
}

/** What the host is sent of it: its length in bytes on a line, then the paths, one a line. */
export function closureMessage({ toplevel, sizes }: Closure): string {
  const paths = sizes.size === 0 ? [toplevel] : [...sizes.keys()];
  const text = paths.map((path) => `${path}\n`).join('');
  return `${Buffer.byteLength(text)}\n${text}`;
}
