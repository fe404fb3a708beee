import { type Action, type Plan, type ResourceChange } from './plan';

/** Terraform's own count, in its own words; what it does not count follows. */
export function counts(plan: Plan): string {
  const all = plan.changes.filter(({ mode }) => mode === 'managed');
  const having = (...actions: Action[]): number =>
    all.filter(({ action }) => actions.includes(action)).length;
  const others: [number, string][] = [
    [all.filter(isImported).length, 'to import'],
    [having('forget', 'replaceAndForget'), 'to forget'],
    [all.filter(isMoved).length, 'moved'],
    [plan.changes.filter(({ action }) => action === 'read').length, 'to read'],
    [plan.invocations.length, 'to invoke'],
    [plan.deferrals.length, 'deferred'],
    [all.filter((change) => !isChanged(change)).length, 'untouched'],
  ];
  return [
    `${having('create', 'replace', 'replaceAndForget')} to add`,
    `${having('update')} to change`,
    `${having('destroy', 'replace')} to destroy`,
    ...others.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`),
  ].join(', ');
}

/** Whether the plan does anything to a resource, be it to its name alone. */
export function isChanged(change: ResourceChange): boolean {
  return !['none', 'read'].includes(change.action) || isMoved(change) || isImported(change);
}

function isMoved({ address, previousAddress }: ResourceChange): boolean {
  return previousAddress !== undefined && previousAddress !== address;
}

function isImported({ importing }: ResourceChange): boolean {
  return importing !== undefined;
}
