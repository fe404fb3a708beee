import { isChanged } from './counts';
import { addressChange, type AddressChange, findHosts, type Hosts, isLost } from './hosts';
import { nameOf } from './impact';
import { count } from './markdown';
import { changedOutputs } from './outputs-table';
import { type Plan, type ResourceChange } from './plan';
import { findLosses, type Loss } from './risk';
import { name } from './values';
import { leastSeconds } from './waits';
import { findWaves } from './waves';

/** The exit status: the worst of all plans given. */
export const Severity = { nothing: 0, changes: 2, instanceLost: 3, dataAtRisk: 4 } as const;
export type Severity = (typeof Severity)[keyof typeof Severity];

export function severity(plan: Plan, losses: readonly Loss[] = findLosses(plan)): Severity {
  if (losses.length > 0) return Severity.dataAtRisk;
  const later = plan.deferrals.flatMap(({ change }) => change ?? []);
  if ([...plan.changes, ...later].some(isLost)) return Severity.instanceLost;
  return isEmpty(plan) ? Severity.nothing : Severity.changes;
}

/** One sentence: what a reviewer has to know of a stack before anything else. */
export function verdict(plan: Plan, losses: readonly Loss[] = findLosses(plan)): string {
  const clauses = isEmpty(plan)
    ? ['nothing to do']
    : [...(losses.length > 0 ? ['**data at risk**'] : []), ...resourceClauses(plan), ...otherClauses(plan)];
  return `${name(plan.stack, plan.secrets)}: ${[...clauses, ...ephemeralClause(plan)].join('; ')}.`;
}

/** Whether nothing is to be done and nothing is wrong, as far as both the lists of the plan and Terraform say. */
function isEmpty(plan: Plan): boolean {
  return (
    !plan.changes.some(isChanged) &&
    changedOutputs(plan).length === 0 &&
    plan.invocations.length === 0 &&
    plan.deferrals.length === 0 &&
    plan.checks.length === 0 &&
    plan.isComplete &&
    plan.isApplyable !== true
  );
}

function resourceClauses(plan: Plan): string[] {
  const hosts = findHosts(plan);
  const clauses = [...hostClauses(hosts, plan), ADDRESS[addressChange(plan, hosts)], time(plan)].filter(
    (clause) => clause !== '',
  );
  return clauses.length > 0 ? clauses : ['no host is involved'];
}

function hostClauses(hosts: Hosts, plan: Plan): string[] {
  const { replaced, superseded, destroyed, reduced, restarted, switched, untouched } = hosts;
  const say = (changes: readonly ResourceChange[], noun: string, what: string): string[] =>
    changes.length === 0
      ? []
      : [
          `${count(changes.length, noun)} ${changes.length === 1 ? 'is' : 'are'} ${what} (${names(changes, plan)})`,
        ];
  const clauses = [
    ...say(hosts.created, 'instance', 'created'),
    ...say(
      replaced.filter(({ createsFirst }) => createsFirst),
      'instance',
      'replaced, the new one before the old one goes',
    ),
    ...say(
      replaced.filter(({ createsFirst }) => !createsFirst),
      'instance',
      'replaced, the old one first: no service until the new one has booted',
    ),
    ...say(superseded, 'instance', 'replaced while the old one goes on running, out of Terraform’s sight'),
    ...say(destroyed, 'instance', 'destroyed'),
    ...say(hosts.forgotten, 'instance', 'forgotten, and goes on running out of Terraform’s sight'),
    ...say(restarted, 'instance', 'stopped and started again'),
    ...say(switched, 'host', 'switched in place'),
    ...waves(plan),
    ...say(reduced, 'group', 'left with fewer instances or with others'),
  ];
  if (replaced.length + superseded.length + destroyed.length + reduced.length > 0) return clauses;
  return restarted.length + switched.length + untouched.length > 0
    ? [...clauses, 'no instance is replaced']
    : clauses;
}

/** Which hosts are deployed before which. */
function waves(plan: Plan): string[] {
  const found = findWaves(plan);
  if (found.length < 2) return [];
  return [`in ${found.length} waves: ${found.map((wave) => names(wave, plan)).join(', then ')}`];
}

/** Names in a sentence. */
const FEW = 5;

/** By the path of their constructs, with the keys that distinguish them. */
function names(changes: readonly ResourceChange[], plan: Plan): string {
  return few(
    changes.map((change) => nameOf(change) + (/\[[^[]*\]$/.exec(change.address)?.[0] ?? '')),
    plan,
  );
}

function few(texts: readonly string[], plan: Plan): string {
  const shown = texts.slice(0, FEW).map((text) => name(text, plan.secrets));
  return shown.join(', ') + (texts.length > FEW ? ` and ${texts.length - FEW} more` : '');
}

const ADDRESS: Readonly<Record<AddressChange, string>> = {
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

/** What no resource says. */
function otherClauses(plan: Plan): string[] {
  const outputs = changedOutputs(plan).map(([output]) => output);
  const failed = plan.checks.filter(({ status }) => status !== 'unknown');
  const unknown = plan.checks.filter(({ status }) => status === 'unknown');
  const clauses: [readonly string[], string][] = [
    [
      plan.invocations.map(({ address }) => address),
      `**${count(plan.invocations.length, 'action')} to invoke**: `,
    ],
    [
      plan.deferrals.map(({ change, invocation }) => change?.address ?? invocation?.address ?? ''),
      `${count(plan.deferrals.length, 'change')} deferred: `,
    ],
    [failed.map(({ address }) => address), `**${count(failed.length, 'check')} failed**: `],
    [unknown.map(({ address }) => address), `${count(unknown.length, 'check')} not known yet: `],
  ];
  const listed = clauses.flatMap(([texts, words]) => (texts.length === 0 ? [] : [words + few(texts, plan)]));
  const isListed = plan.changes.some(isChanged) || outputs.length + listed.length > 0;
  return [
    ...(plan.changes.some(isChanged) || outputs.length === 0
      ? []
      : [`${count(outputs.length, 'output')} to change: ${few(outputs, plan)}`]),
    ...listed,
    ...(plan.isComplete ? [] : ['**the plan is not complete**: another is needed once this one is applied']),
    ...(isListed || plan.isApplyable !== true ? [] : [unlisted(plan)]),
  ];
}

/** Terraform calls a plan applyable that lists no change, for one, when it only refreshes the state. */
function unlisted({ changes, drift }: Plan): string {
  if (changes.some(({ action }) => action === 'read')) return 'data is read while it is applied';
  return drift.length > 0
    ? 'the state alone is changed, to what was found'
    : '**it can be applied, and lists nothing that it would change**';
}

function ephemeralClause(plan: Plan): string[] {
  const opened = plan.changes.filter(({ mode }) => mode === 'ephemeral').map(({ address }) => address);
  return opened.length === 0 ? [] : [`opened meanwhile, and stored nowhere: ${few(opened, plan)}`];
}
