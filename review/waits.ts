import { inDependencyOrder, withoutKeys } from './dependencies';
import { type Plan, type ResourceChange } from './plan';

/**
 * Seconds for which the AWS provider 5.100 sleeps at the least, whatever AWS
 * does, when it creates and destroys. Measured against an emulated AWS that answers at once.
 */
const WAITS: ReadonlyMap<string, { readonly create: number; readonly destroy: number }> = new Map([
  ['aws_ebs_snapshot_import', { create: 10, destroy: 0 }],
  ['aws_ami', { create: 5, destroy: 5 }],
  ['aws_instance', { create: 10, destroy: 10 }],
]);

/** The least number of seconds that the longest chain of changes takes. */
export function leastSeconds(plan: Plan): number {
  const own = new Map<string, number>();
  for (const change of plan.changes) {
    const address = withoutKeys(change.address);
    own.set(address, Math.max(own.get(address) ?? 0, wait(change)));
  }
  const total = new Map<string, number>();
  let longest = 0;
  for (const address of inDependencyOrder(
    [...new Set([...own.keys(), ...plan.dependencies.keys()])],
    plan.dependencies,
  )) {
    let before = 0;
    for (const used of plan.dependencies.get(address) ?? []) before = Math.max(before, total.get(used) ?? 0);
    const seconds = before + (own.get(address) ?? 0);
    total.set(address, seconds);
    longest = Math.max(longest, seconds);
  }
  return longest;
}

function wait({ type, action }: ResourceChange): number {
  const { create, destroy } = WAITS.get(type) ?? { create: 0, destroy: 0 };
  const creates = ['create', 'replace', 'replaceAndForget'].includes(action);
  const destroys = action === 'destroy' || action === 'replace';
  return (creates ? create : 0) + (destroys ? destroy : 0);
}
