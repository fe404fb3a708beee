import { code, visible } from './markdown';
import { SENSITIVE, type Secrets } from './secrets';

/** Characters of one value that a table cell has space for. */
const VALUE_LENGTH = 60;

/**
 * Characters of one name, and of a longer one's beginning and end: whatever others
 * call their things, it must leave space for the rest of the review.
 */
const NAME_LENGTH = 180;
const NAME_START = 120;
const NAME_END = 40;

interface Pair {
  readonly before: unknown;
  readonly after: unknown;
  readonly isUnknown: boolean;
  readonly isSensitive: boolean;
}

/** A name of others, such as an address, as Markdown: no secret is in it, and a long one is cut in the middle. */
export function name(text: string, secrets: Secrets): string {
  return code(shortName(text, secrets));
}

/** The same for where no Markdown is read. */
export function shortName(text: string, secrets: Secrets): string {
  const hidden = secrets.hideIn(text);
  if (hidden.length <= NAME_LENGTH) {
    const shown = visible(hidden);
    if (shown.length <= NAME_LENGTH) return shown;
  }
  const start = visible(hidden.slice(0, NAME_START)).slice(0, NAME_START);
  const end = visible(hidden.slice(-NAME_END)).slice(-NAME_END);
  return `${start}…(${hidden.length} characters in all)…${end}`;
}

/** A value as Markdown, cut where it is long. */
export function value(of: unknown, secrets: Secrets): string {
  if (isEmptyText(of)) return NOTHING;
  return secrets.isIn(text(of)) ? SENSITIVE : code(cut(shortenStorePaths(text(of)), 0));
}

/** Both sides of a difference as Markdown, long ones cut where they begin to differ. */
export function showPair(pair: Pair, secrets: Secrets): { before: string; after: string } {
  if (pair.isSensitive) {
    return { before: hide(pair.before), after: pair.isUnknown ? UNKNOWN : hide(pair.after) };
  }
  const texts: [string, string] = [text(pair.before), text(pair.after)];
  const [before, after] = texts.map(shortenStorePaths);
  const start = pair.isUnknown ? 0 : commonStart(before ?? '', after ?? '');
  const show = (of: unknown, whole: string, short: string): string =>
    isEmptyText(of) ? NOTHING : secrets.isIn(whole) ? SENSITIVE : code(cut(short, start));
  return {
    before: show(pair.before, texts[0], before ?? ''),
    after: pair.isUnknown ? UNKNOWN : show(pair.after, texts[1], after ?? ''),
  };
}

/** `/nix/store/<32 characters>-name` → `/nix/store/<7 characters>…-name`: as many as two builds differ in. */
export function shortenStorePaths(path: string): string {
  return path.replaceAll(/(\/nix\/store\/[0-9a-z]{7})[0-9a-z]{25}(?=-)/g, '$1…');
}

export const UNKNOWN = '(known after apply)';
const NOTHING = '(none)';

function hide(of: unknown): string {
  return isEmptyText(of) ? NOTHING : SENSITIVE;
}

function isEmptyText(of: unknown): boolean {
  return of === null || of === undefined || of === '';
}

function text(of: unknown): string {
  return typeof of === 'string' ? of : JSON.stringify(of ?? null);
}

/** Where two long texts begin to differ, less a few characters that show the place; 0 for what fits. */
function commonStart(one: string, other: string): number {
  if (Math.max(one.length, other.length) <= VALUE_LENGTH) return 0;
  let same = 0;
  while (same < one.length && same < other.length && one[same] === other[same]) same += 1;
  return Math.max(0, same - 12);
}

function cut(long: string, start: number): string {
  const end = start + VALUE_LENGTH;
  return (start > 0 ? '…' : '') + long.slice(start, end) + (long.length > end ? '…' : '');
}
