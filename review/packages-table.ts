import { type ClosureChange, type PackageChange } from './closure';
import { type Limits } from './changes-table';
import { code, count, limitedTable } from './markdown';

/** How the system's packages differ, and its size in all. */
export function packagesSection(change: ClosureChange, limits: Limits): string[] {
  const rows = change.packages
    .toSorted((one, other) => KINDS.indexOf(kind(one)) - KINDS.indexOf(kind(other)))
    .map((entry) => [kind(entry), code(entry.name), difference(entry), entry.size ?? '']);
  const packages = limitedTable(['', 'package', 'version', 'size'], rows, limits.rows);
  return [`${summary(change.packages)}; ${size(change)}.`, ...(packages.length > 0 ? ['', ...packages] : [])];
}

const KINDS = ['+ added', '− removed', '~ version', '~ rebuilt'] as const;
type Kind = (typeof KINDS)[number];

function kind({ before, after }: PackageChange): Kind {
  if (before.length === 0 && after.length === 0) return '~ rebuilt';
  if (before.length === 0) return '+ added';
  return after.length === 0 ? '− removed' : '~ version';
}

function summary(packages: readonly PackageChange[]): string {
  if (packages.length === 0) return 'No package is added, removed or of another version';
  return KINDS.map((name) => [name, packages.filter((entry) => kind(entry) === name).length] as const)
    .filter(([, number]) => number > 0)
    .map(([name, number]) => `${count(number, 'package')} ${WORDS[name]}`)
    .join(', ');
}

const WORDS: Readonly<Record<Kind, string>> = {
  '+ added': 'added',
  '− removed': 'removed',
  '~ version': 'of another version',
  '~ rebuilt': 'of another size',
};

function difference(entry: PackageChange): string {
  const show = (versions: readonly string[]): string =>
    versions.map((version) => (version === '' ? 'no version' : code(version))).join(', ');
  switch (kind(entry)) {
    case '+ added':
      return show(entry.after);
    case '− removed':
      return show(entry.before);
    case '~ version':
      return `${show(entry.before)} → ${show(entry.after)}`;
    case '~ rebuilt':
      return '';
  }
}

function size({ bytesBefore, bytesAfter }: ClosureChange): string {
  const difference = bytesAfter - bytesBefore;
  return `the system closure goes from ${mebibytes(bytesBefore)} to ${mebibytes(bytesAfter)} (${difference < 0 ? '−' : '+'}${mebibytes(Math.abs(difference))})`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
