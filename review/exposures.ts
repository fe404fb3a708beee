import { decodings } from './decodings';
import { isObject } from './json';
import { type Plan } from './plan';
import { looksLikeSecret } from './secret-formats';

export interface Exposure {
  readonly address: string;
  /** What it looks like, such as `a private key`. */
  readonly kind: string;
}

/** Values that look like secrets and that nobody marked sensitive: anybody who may read the plan can read them. */
export function findExposures(plan: Plan): Exposure[] {
  const exposures = new Map<string, Exposure>();
  const found = [
    ...plan.changes.map(({ address, after, afterSensitive }) => ({
      address,
      value: after,
      marks: afterSensitive,
    })),
    ...[...plan.outputs].map(([output, { after, afterSensitive }]) => ({
      address: `output.${output}`,
      value: after,
      marks: afterSensitive,
    })),
    ...plan.invocations.map(({ address, values, sensitive }) => ({
      address,
      value: values,
      marks: sensitive,
    })),
  ];
  for (const { address, value, marks } of found) {
    for (const kind of secretsIn(value, marks)) exposures.set(`${address} ${kind}`, { address, kind });
  }
  return [...exposures.values()];
}

function secretsIn(value: unknown, marks: unknown): string[] {
  if (marks === true) return [];
  if (typeof value === 'string')
    return decodings(value)
      .flatMap((text) => looksLikeSecret(text) ?? [])
      .slice(0, 1);
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) =>
      secretsIn(item, Array.isArray(marks) ? marks[index] : undefined),
    );
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    secretsIn(item, isObject(marks) ? marks[key] : undefined),
  );
}
