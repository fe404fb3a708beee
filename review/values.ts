import { code } from './markdown';
import { containsSecret, looksLikeSecret, type Secrets } from './secrets';

/** Characters of one value that a table cell has room for. */
const ROOM = 60;

interface Pair {
  readonly before: unknown;
  readonly after: unknown;
  readonly isUnknown: boolean;
  readonly isSensitive: boolean;
}

/** Both sides of a difference as Markdown, long ones cut where they begin to differ. */
export function showPair(pair: Pair, secrets: Secrets): { before: string; after: string } {
  if (pair.isSensitive) {
    return { before: hide(pair.before), after: pair.isUnknown ? UNKNOWN : hide(pair.after) };
  }
  const texts: [string, string] = [text(pair.before), text(pair.after)];
  const [before, after] = texts.map(shortenStorePaths);
  const start = pair.isUnknown ? 0 : commonStart(before ?? '', after ?? '');
  const show = (value: unknown, whole: string, short: string): string =>
    isEmptyText(value) ? NOTHING : isSecret(whole, secrets) ? SENSITIVE : code(cut(short, start));
  return {
    before: show(pair.before, texts[0], before ?? ''),
    after: pair.isUnknown ? UNKNOWN : show(pair.after, texts[1], after ?? ''),
  };
}

/** `/nix/store/<32 characters>-name` → `/nix/store/<7 characters>…-name`: as many as tell two builds apart. */
export function shortenStorePaths(value: string): string {
  return value.replaceAll(/(\/nix\/store\/[0-9a-z]{7})[0-9a-z]{25}(?=-)/g, '$1…');
}

const SENSITIVE = '(sensitive)';
const UNKNOWN = '(known after apply)';
const NOTHING = '(none)';

function hide(value: unknown): string {
  return isEmptyText(value) ? NOTHING : SENSITIVE;
}

function isSecret(value: string, secrets: Secrets): boolean {
  return containsSecret(value, secrets) || looksLikeSecret(value) !== undefined;
}

function isEmptyText(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/** Where two long texts begin to differ, less a few characters that show the place; 0 for what fits. */
function commonStart(one: string, other: string): number {
  if (Math.max(one.length, other.length) <= ROOM) return 0;
  let same = 0;
  while (same < one.length && same < other.length && one[same] === other[same]) same += 1;
  return Math.max(0, same - 12);
}

function cut(value: string, start: number): string {
  const end = start + ROOM;
  return (start > 0 ? '…' : '') + value.slice(start, end) + (value.length > end ? '…' : '');
}
