import { isObject, member, type Reader } from './json';

/** The texts that Terraform marks as sensitive anywhere in a plan. */
export type Secrets = ReadonlySet<string>;

/** A shorter text is no secret worth the name, and would hide every value that happens to contain it. */
const SHORTEST = 6;

/** Collects them, so that a provider that repeats one in another attribute does not give it away. */
export function readSecrets(plan: Reader): Secrets {
  const secrets = new Set<string>();
  const changes = [...plan.readers('resource_changes'), ...plan.readers('resource_drift')].map((entry) =>
    entry.child('change'),
  );
  for (const change of [...changes, ...plan.members('output_changes').map(([, output]) => output)]) {
    collect(change.get('before'), change.get('before_sensitive'), secrets);
    collect(change.get('after'), change.get('after_sensitive'), secrets);
  }
  const declared = plan.optionalChild('configuration').optionalChild('root_module').members('variables');
  for (const [name, variable] of declared) {
    if (variable.get('sensitive') !== true) continue;
    collect(member(plan.optionalChild('variables').get(name), 'value'), true, secrets);
  }
  return secrets;
}

export function containsSecret(text: string, secrets: Secrets): boolean {
  return [...secrets].some((secret) => text.includes(secret));
}

/**
 * The kind of secret that a text contains by its look, whether or not somebody
 * marked it: the headers of PEM, age and AWS keys.
 */
export function looksLikeSecret(text: string): string | undefined {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return 'a private key';
  if (text.includes('AGE-SECRET-KEY-1')) return 'an age key';
  if (/\b(AKIA|ASIA)[A-Z0-9]{16}\b/.test(text)) return 'an AWS access key';
  return undefined;
}

/** Adds each text below `value` that `marks`, a tree of the same shape, calls sensitive. */
function collect(value: unknown, marks: unknown, secrets: Set<string>): void {
  if (typeof value === 'string') {
    if (marks === true && value.length >= SHORTEST) secrets.add(value);
    return;
  }
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item, index) => [index, item])
    : isObject(value)
      ? Object.entries(value)
      : [];
  for (const [key, item] of entries) collect(item, marks === true || member(marks, key), secrets);
}
