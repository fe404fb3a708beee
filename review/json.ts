import { visible } from './markdown';

/** A JSON object whose members have yet to be looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What is wrong with an input, for the user's eyes: printed without a stack trace. */
export class ReviewError extends Error {}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Whether a value says nothing: where Terraform writes null, most providers read
 * back the zero of the type, and the reverse.
 */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.every(isEmpty);
  return isObject(value) && Object.values(value).every(isEmpty);
}

/** Whether two values are equal, up to what says nothing. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (isEmpty(one) && isEmpty(other)) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => isEqual(item, other[index]));
  }
  if (isObject(one) && isObject(other)) {
    return keysOf(one, other).every((key) => isEqual(member(one, key), member(other, key)));
  }
  return one === other;
}

export function keysOf(...values: readonly unknown[]): string[] {
  return [...new Set(values.filter(isObject).flatMap((value) => Object.keys(value)))];
}

/** What a path leads to; undefined where that is nothing. */
export function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((part, key) => member(part, key), value);
}

/** The member `key` of an object or array; undefined where there is none. */
export function member(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The same text for values that are equal, up to what says nothing. */
export function canonical(value: unknown): string {
  if (isEmpty(value)) return 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, item]) => !isEmpty(item));
  return `{${members
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
    .toSorted()
    .join()}}`;
}

/** How deep values are nested in each other; at most one more than `limit`. */
export function depth(value: unknown, limit: number): number {
  let level: readonly unknown[] = [value];
  for (let deep = 0; deep <= limit; deep += 1) {
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue;
      for (const part of Object.values(item)) next.push(part);
    }
    if (next.length === 0) return deep;
    level = next;
  }
  return limit + 1;
}

/** Reads members of one object and says, where one is of another type, which and what it expected. */
export class Reader {
  constructor(
    private readonly object: JsonObject,
    readonly where: string,
  ) {}

  static of(value: unknown, where: string): Reader {
    if (!isObject(value)) throw new ReviewError(`${where}: expected an object, got ${kindOf(value)}`);
    return new Reader(value, where);
  }

  /** @default undefined where absent or null */
  get(key: string): unknown {
    return member(this.object, key) ?? undefined;
  }

  /** Where the members are that are not among the known ones. */
  others(known: readonly string[]): string[] {
    return Object.keys(this.object)
      .filter((key) => !known.includes(key))
      .map((key) => `${this.where}.${key}`);
  }

  text(key: string): string {
    return this.optionalText(key) ?? this.refuse(key, 'a string');
  }

  optionalText(key: string): string | undefined {
    const value = this.get(key);
    if (value === undefined || typeof value === 'string') return value;
    return this.refuse(key, 'a string');
  }

  optionalFlag(key: string): boolean | undefined {
    const value = this.get(key);
    if (value === undefined || typeof value === 'boolean') return value;
    return this.refuse(key, 'true or false');
  }

  /** @default [] */
  list(key: string): readonly unknown[] {
    const value = this.get(key) ?? [];
    return Array.isArray(value) ? value : this.refuse(key, 'an array');
  }

  /** @default [] */
  readers(key: string): Reader[] {
    return this.list(key).map((item, index) => Reader.of(item, `${this.where}.${key}[${index}]`));
  }

  child(key: string): Reader {
    return Reader.of(this.get(key), `${this.where}.${key}`);
  }

  optionalChild(key: string): Reader {
    return Reader.of(this.get(key) ?? {}, `${this.where}.${key}`);
  }

  /** Each member of an object, read as an object. @default none */
  members(key: string): [string, Reader][] {
    const object = this.get(key) ?? {};
    if (!isObject(object)) return this.refuse(key, 'an object');
    return Object.entries(object).map(([name, value]) => [
      name,
      Reader.of(value, `${this.where}.${key}.${visible(name)}`),
    ]);
  }

  private refuse(key: string, expected: string): never {
    throw new ReviewError(`${this.where}.${key}: expected ${expected}, got ${kindOf(this.get(key))}`);
  }
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
