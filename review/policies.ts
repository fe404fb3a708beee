import { pathName } from './attributes';
import { type Fact } from './fact';
import { depth, isEmpty, isObject, member } from './json';
import { type Secrets } from './secrets';
import { name } from './values';

/** Policies end far earlier. */
const DEEPEST = 50;

/** The statements of a policy, which is a document of JSON in a text. */
export function statements(of: unknown): readonly unknown[] | undefined {
  if (typeof of !== 'string' || !of.trimStart().startsWith('{')) return undefined;
  try {
    const document: unknown = JSON.parse(of);
    if (depth(document, DEEPEST) > DEEPEST) return undefined;
    const all = member(document, 'Statement');
    return Array.isArray(all) ? all : isObject(all) ? [all] : undefined;
  } catch {
    return undefined;
  }
}

/** `Allow s3:GetObject on arn:… to *`. */
export function statementFact(
  path: readonly (string | number)[],
  statement: unknown,
  secrets: Secrets,
): Fact {
  const part = (key: string): string =>
    [
      ...(member(statement, key) === undefined ? [] : [listed(member(statement, key))]),
      ...(member(statement, `Not${key}`) === undefined
        ? []
        : [`all but ${listed(member(statement, `Not${key}`))}`]),
    ].join(' ');
  const [effect, action, resource, principal] = [
    listed(member(statement, 'Effect')),
    part('Action'),
    part('Resource'),
    part('Principal'),
  ];
  const condition = member(statement, 'Condition');
  const text = [
    `${effect} ${action}`,
    ...(resource === '' ? [] : [`on ${resource}`]),
    ...(principal === '' ? [] : [`to ${principal}`]),
    ...(isEmpty(condition) ? [] : [`if ${JSON.stringify(condition)}`]),
  ].join(' ');
  return {
    text: `${name(pathName(path), secrets)}: ${name(text, secrets)}`,
    isOpen:
      effect === 'Allow' && (isWide(principal) ? isEmpty(condition) : isWide(action) && isWide(resource)),
  };
}

/** Whether a list has everything in it: `*`, or all of a service (`s3:*`), or all but a few. */
function isWide(list: string): boolean {
  return /(^|[ ,:])\*($|[ ,])|^all but /.test(list);
}

/** `{"AWS": ["a", "b"]}` → `a, b`. */
function listed(of: unknown): string {
  if (Array.isArray(of)) return of.map(listed).join(', ');
  return isObject(of) ? Object.values(of).map(listed).join(', ') : String(of);
}
