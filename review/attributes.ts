import { onlyIn } from './blocks';
import { isEqual, isObject, keysOf, member } from './json';
import { opens } from './open-values';
import { type Change } from './plan';
import { type Secrets } from './secrets';
import { showPair } from './values';

/** One attribute that differs, ready to be shown: nothing sensitive is in it. */
export interface AttributeChange {
  /** As Terraform writes it, `root_block_device[0].volume_size`. */
  readonly path: string;
  readonly keys: readonly (string | number)[];
  readonly before: string;
  readonly after: string;
  readonly isKnown: boolean;
  /** Whether its value opens something to everybody from now on. */
  readonly opens: boolean;
}

type Path = readonly (string | number)[];

/**
 * The attributes that differ, the outermost that says it all: a whole value that
 * is unknown or sensitive is one entry. Nothing against empty is no difference.
 */
export function attributeChanges(change: Change, secrets: Secrets): AttributeChange[] {
  const all = walk(change, [], secrets);
  // What AWS's provider has in `tags` it repeats in `tags_all`.
  const paths = new Set(all.map(({ path }) => path));
  return all.filter(
    ({ path }) => !path.startsWith('tags_all.') || !paths.has(path.replace('tags_all.', 'tags.')),
  );
}

function walk(change: Change, path: Path, secrets: Secrets): AttributeChange[] {
  const { before, after } = change;
  const isUnknown = change.unknown === true;
  if (!isUnknown && isEqual(before, after) && !hasMark(change.unknown)) return [];

  const isHidden = change.beforeSensitive === true || change.afterSensitive === true;
  const hasParts = isContainer(before) || isContainer(after) || isContainer(change.unknown);
  if (isUnknown || isHidden || !hasParts) {
    const isSensitive = hasMark(change.beforeSensitive) || hasMark(change.afterSensitive);
    const pair = showPair({ before, after, isUnknown, isSensitive }, secrets);
    return [{ path: pathName(path), keys: path, isKnown: !isUnknown, opens: opens(path, after), ...pair }];
  }
  if (areBlocks(change)) return walkBlocks(change, path, secrets);
  return keys(before, after, change.unknown).flatMap((key) =>
    walk(part(change, key), [...path, key], secrets),
  );
}

/** Compares what only one side has, in the order of each. */
function walkBlocks({ before, after }: Change, path: Path, secrets: Secrets): AttributeChange[] {
  const [gone, come] = [onlyIn(before, after), onlyIn(after, before)];
  return Array.from({ length: Math.max(gone.length, come.length) }).flatMap((_, index) => {
    const [old, now] = [gone[index], come[index]];
    const change = {
      before: old?.item,
      after: now?.item,
      unknown: {},
      beforeSensitive: {},
      afterSensitive: {},
    };
    return walk(change, [...path, now?.index ?? old?.index ?? index], secrets);
  });
}

function part(change: Change, key: string | number): Change {
  return {
    before: member(change.before, key),
    after: member(change.after, key),
    unknown: member(change.unknown, key),
    beforeSensitive: change.beforeSensitive === true || member(change.beforeSensitive, key),
    afterSensitive: change.afterSensitive === true || member(change.afterSensitive, key),
  };
}

/** Whether these are blocks, of which a new one may come first in the list and move all others. */
function areBlocks({ before, after, unknown, beforeSensitive, afterSensitive }: Change): boolean {
  const items: readonly unknown[] = Array.isArray(before) && Array.isArray(after) ? before.concat(after) : [];
  return (
    items.length > 0 && items.every(isObject) && ![unknown, beforeSensitive, afterSensitive].some(hasMark)
  );
}

/** Whether a mark is anywhere in the tree: a value that is shown whole must have none in any part. */
export function hasMark(marks: unknown): boolean {
  return marks === true || (isContainer(marks) && Object.values(marks).some(hasMark));
}

export function pathName(path: readonly unknown[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`))
    .join('');
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function keys(...values: readonly unknown[]): (string | number)[] {
  const longest = Math.max(0, ...values.map((value) => (Array.isArray(value) ? value.length : 0)));
  return [...keysOf(...values), ...Array.from({ length: longest }, (_, index) => index)];
}
