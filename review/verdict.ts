import { addressFate, type AddressFate, findMachines, type Machines } from './machines';
import { code, count } from './markdown';
import { type Action, type Plan, type ResourceChange } from './plan';
import { findLosses } from './risk';
import { leastSeconds } from './waits';

/** The exit status: the worst of all plans given. */
export const Severity = { nothing: 0, changes: 2, machineLost: 3, dataAtRisk: 4 } as const;
export type Severity = (typeof Severity)[keyof typeof Severity];

export function severity(plan: Plan): Severity {
  if (findLosses(plan).length > 0) return Severity.dataAtRisk;
  const { replaced, destroyed } = findMachines(plan);
  if (replaced.length + destroyed.length > 0) return Severity.machineLost;
  return hasChanges(plan) ? Severity.changes : Severity.nothing;
}

/** One sentence: what a reviewer has to know of a stack before anything else. */
export function verdict(plan: Plan): string {
  if (!hasChanges(plan)) return `${code(plan.stack)}: nothing to do.`;
  const machines = findMachines(plan);
  const clauses = [...machineClauses(machines), ADDRESS[addressFate(plan, machines)], time(plan)].filter(
    (clause) => clause !== '',
  );
  return `${code(plan.stack)}: ${clauses.length > 0 ? clauses.join('; ') : 'no machine is involved'}.`;
}

/** Terraform's own count, in its own words; what it does not count follows. */
export function counts(plan: Plan): string {
  const all = plan.changes.filter(({ isData }) => !isData);
  const having = (...actions: Action[]): number =>
    all.filter(({ action }) => actions.includes(action)).length;
  const others: [number, string][] = [
    [all.filter(isImported).length, 'to import'],
    [having('forget'), 'to forget'],
    [all.filter(isMoved).length, 'moved'],
    [all.filter((change) => change.action === 'none' && !isMoved(change)).length, 'untouched'],
  ];
  return [
    `${having('create', 'replace')} to add`,
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

function isImported({ importId }: ResourceChange): boolean {
  return importId !== undefined;
}

function hasChanges(plan: Plan): boolean {
  return plan.changes.some(isChanged) || [...plan.outputs.values()].some(({ action }) => action !== 'none');
}

function machineClauses({
  created,
  replaced,
  destroyed,
  restarted,
  switched,
  untouched,
}: Machines): string[] {
  const say = ({ length }: readonly ResourceChange[], what: string): string[] =>
    length === 0 ? [] : [`${count(length, 'machine')} ${length === 1 ? 'is' : 'are'} ${what}`];
  const clauses = [
    ...say(created, 'created'),
    ...say(replaced, `replaced (${gap(replaced)})`),
    ...say(destroyed, 'destroyed'),
    ...say(restarted, 'stopped and started again'),
    ...say(switched, 'switched in place'),
  ];
  if (replaced.length + destroyed.length > 0) return clauses;
  return restarted.length + switched.length + untouched.length > 0
    ? [...clauses, 'no machine is replaced']
    : clauses;
}

function gap(replaced: readonly ResourceChange[]): string {
  return replaced.every(({ createsFirst }) => createsFirst)
    ? 'the new one is made before the old one goes'
    : 'the old one goes first: no service until the new one has booted';
}

const ADDRESS: Readonly<Record<AddressFate, string>> = {
  unchanged: 'address unchanged',
  changed: 'the address changes',
  assigned: 'an address is assigned',
  released: 'the address is given up',
  none: '',
};

function time(plan: Plan): string {
  const seconds = leastSeconds(plan);
  const imports = plan.changes.some(
    ({ type, action }) => type === 'aws_ebs_snapshot_import' && ['create', 'replace'].includes(action),
  );
  if (seconds === 0) return '';
  return `takes at least ${seconds} s${imports ? ', and the upload and import of the image on top' : ''}`;
}
