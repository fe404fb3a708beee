import { execFileSync } from 'node:child_process';

import { ReviewError } from './json';

/** One package of the system closure that differs between two systems. */
export interface PackageChange {
  readonly name: string;
  /** Versions that only the old system has; '' for a package without a version. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Nix's own figure, such as `+1.2 MiB`; undefined below 8 KiB. */
  readonly size?: string;
}

export interface ClosureChange {
  readonly packages: readonly PackageChange[];
  /** Bytes of everything that each system consists of. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** Compares two systems that are in the local store. Needs `nix` on PATH. */
export function compareClosures(old: string, next: string): ClosureChange {
  for (const path of [old, next]) {
    if (!path.startsWith('/'))
      throw new ReviewError(`--closure: expected an absolute path, got ${JSON.stringify(path)}`);
  }
  return {
    packages: parseDiffClosures(nix('store', 'diff-closures', old, next)),
    bytesBefore: closureSize(old),
    bytesAfter: closureSize(next),
  };
}

/**
 * Reads what `nix store diff-closures` prints. Sizes come as `+12.0 KiB` from
 * Nix up to 2.28 and Lix, and as `12.0 KiB` or `1.2 GiB` from later ones.
 */
export function parseDiffClosures(output: string): PackageChange[] {
  return withoutColours(output)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseLine);
}

function parseLine(line: string): PackageChange {
  const match =
    /^\s*(?<name>\S*): (?:(?<before>.+?) → (?<after>.+?))?(?:(?:^|, |(?<=: ))(?<size>[+-]?\d+(?:\.\d+)? [KMGTPE]iB))?$/u.exec(
      line,
    );
  const { name, before, after, size } = match?.groups ?? {};
  if (name === undefined || (before === undefined && size === undefined)) {
    throw new ReviewError(
      `nix store diff-closures printed a line of an unknown form: ${JSON.stringify(line)}`,
    );
  }
  return {
    name,
    before: versions(before),
    after: versions(after),
    ...(size === undefined ? {} : { size: /^[+-]/.test(size) ? size : `+${size}` }),
  };
}

/** `∅`: no package of that name; `ε`: one without a version. */
function versions(text: string | undefined): string[] {
  if (text === undefined || text === '∅') return [];
  return text.split(', ').map((version) => (version === 'ε' ? '' : version));
}

function closureSize(path: string): number {
  const bytes = /\s(\d+)\s*$/.exec(nix('path-info', '--closure-size', path))?.[1];
  if (bytes === undefined) throw new ReviewError(`nix path-info printed no size of ${path}`);
  return Number(bytes);
}

function nix(...args: readonly string[]): string {
  const flags = ['--extra-experimental-features', 'nix-command'];
  try {
    return execFileSync('nix', [...flags, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 64 << 20,
    });
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new ReviewError(`nix ${args.join(' ')}: ${said || String(error)}`, { cause: error });
  }
}

function withoutColours(text: string): string {
  return text.replaceAll(/\u001b\[[0-9;]*m/g, '');
}
