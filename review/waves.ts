import { inDependencyOrder, withoutKeys } from './dependencies';
import { isDeployment } from './hosts';
import { type Plan, type ResourceChange } from './plan';

/** The deployments that a plan makes, in the order in which they wait for each other: those of one wave for none of it. */
export function findWaves(plan: Plan): readonly (readonly ResourceChange[])[] {
  const deployments = new Map<string, ResourceChange[]>();
  for (const change of plan.changes.filter(isDeployment)) {
    const address = withoutKeys(change.address);
    deployments.set(address, [...(deployments.get(address) ?? []), change]);
  }
  const numbers = new Map<string, number>();
  const waves: ResourceChange[][] = [];
  for (const address of inDependencyOrder(
    [...new Set([...deployments.keys(), ...plan.dependencies.keys()])],
    plan.dependencies,
  )) {
    let number = 0;
    for (const used of plan.dependencies.get(address) ?? [])
      number = Math.max(number, numbers.get(used) ?? 0);
    const own = deployments.get(address);
    if (own) {
      (waves[number] ??= []).push(
        ...own.filter(({ action }) => ['create', 'replace', 'replaceAndForget'].includes(action)),
      );
      number += 1;
    }
    numbers.set(address, number);
  }
  return waves.filter((wave) => wave.length > 0);
}
