import { isEmpty, isEqual, keysOf, member } from './json';
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
}

type Path = readonly (string | number)[];

/**
 * The attributes that differ, the outermost that says it all: a whole value that
 * is unknown or sensitive is one entry. Nothing against empty is no difference.
 */
export function attributeChanges(change: Change, secrets: Secrets): AttributeChange[] {
  return walk(change, [], secrets);
}

function walk(change: Change, path: Path, secrets: Secrets): AttributeChange[] {
  const { before, after } = change;
  const isUnknown = change.unknown === true;
  if (
    !isUnknown &&
    (isEqual(before, after) || (isEmpty(before) && isEmpty(after) && isEmpty(change.unknown)))
  )
    return [];

  const isHidden = change.beforeSensitive === true || change.afterSensitive === true;
  const hasParts = isContainer(before) || isContainer(after) || isContainer(change.unknown);
  if (isUnknown || isHidden || !hasParts) {
    const isSensitive = hasMark(change.beforeSensitive) || hasMark(change.afterSensitive);
    return [
      {
        path: pathName(path),
        keys: path,
        isKnown: !isUnknown,
        ...showPair({ before, after, isUnknown, isSensitive }, secrets),
      },
    ];
  }
  return keys(before, after, change.unknown).flatMap((key) =>
    walk(part(change, key), [...path, key], secrets),
  );
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

/** Whether a mark is anywhere in the tree: a value that is shown whole must have none in any part. */
function hasMark(marks: unknown): boolean {
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
