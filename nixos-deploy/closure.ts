import { existsSync } from 'node:fs';

import { Deadline } from './deadline';
import { lastLine } from './display';
import { Failure } from './exit-status';
import { run } from './processes';

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

/** What the host is told of it: its length in bytes on a line, then the paths, one a line. */
export function closureMessage({ toplevel, sizes }: Closure): string {
  const paths = sizes.size === 0 ? [toplevel] : [...sizes.keys()];
  const text = paths.map((path) => `${path}\n`).join('');
  return `${Buffer.byteLength(text)}\n${text}`;
}
