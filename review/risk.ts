import { isObject } from './json';
import { type Plan, type ResourceChange } from './plan';
import { looksLikeSecret } from './secrets';

/** Resources whose destruction takes data along that no plan can bring back, and what they hold. */
const DATA_BEARING: ReadonlyMap<string, string> = new Map([
  ['aws_s3_bucket', 'bucket'],
  ['aws_ebs_volume', 'volume'],
  ['aws_efs_file_system', 'file system'],
  ['aws_dynamodb_table', 'table'],
  ['aws_db_instance', 'database'],
  ['aws_rds_cluster', 'database'],
]);

export interface Loss {
  readonly change: ResourceChange;
  /** What is lost, such as `bucket`. */
  readonly kind: string;
}

export interface Exposure {
  readonly address: string;
  /** What it looks like, such as `a private key`. */
  readonly kind: string;
}

/** Data-bearing resources that the plan destroys, to make them anew or for good. */
export function findLosses(plan: Plan): Loss[] {
  return plan.changes.flatMap((change) => {
    const kind = DATA_BEARING.get(change.type);
    return kind !== undefined && ['destroy', 'replace'].includes(change.action) ? [{ change, kind }] : [];
  });
}

/** Values that look like secrets and that nobody marked sensitive: anybody who may read the plan can read them. */
export function findExposures(plan: Plan): Exposure[] {
  const exposures = new Map<string, Exposure>();
  for (const { address, after, afterSensitive } of plan.changes) {
    for (const kind of secretsIn(after, afterSensitive))
      exposures.set(`${address} ${kind}`, { address, kind });
  }
  return [...exposures.values()];
}

function secretsIn(value: unknown, marks: unknown): string[] {
  if (marks === true) return [];
  if (typeof value === 'string') return [looksLikeSecret(value)].filter((kind) => kind !== undefined);
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
