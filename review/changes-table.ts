import { attributeChanges, type AttributeChange } from './attributes';
import { isConfigured } from './configured';
import { isChanged } from './counts';
import { inDependencyOrder, withoutKeys } from './dependencies';
import { limitedLines, limitedTable } from './markdown';
import { type Action, type Importing, type Plan, type ResourceChange } from './plan';
import { newStatements, securityFacts } from './security';
import { name } from './values';

/** A sign and a word for each action, so that nothing hangs on colour. */
export const ACTION_NAMES: Readonly<Record<Action, string>> = {
  create: '+ create',
  update: '~ change',
  replace: '± replace',
  replaceAndForget: '+ create, ○ forget the old',
  destroy: '− destroy',
  forget: '○ forget',
  read: '· read',
  none: '· keep',
};

/** Instead of the values of a change that shows none. */
export const ONLY_EMPTY = 'no value differs, but for empty ones';

export interface Limits {
  /** Rows of one table. */
  readonly rows: number;
  /** Attributes of one row. */
  readonly attributes: number;
}

/** What changes and why, in dependency order; empty for a plan that changes no resource. */
export function changesTable(plan: Plan, limits: Limits): string[] {
  const entries = ordered(plan).map((change) => ({ change, cause: why(change, plan, limits).join('<br>') }));
  return limitedTable(['', 'resource', 'why'], fold(entries, plan), limits.rows);
}

/** Rows; instances of one resource with one action for one reason share a row. */
function fold(
  entries: readonly { readonly change: ResourceChange; readonly cause: string }[],
  plan: Plan,
): string[][] {
  const groups = new Map<string, { first: ResourceChange; cause: string; more: number }>();
  for (const { change, cause } of entries) {
    const key = JSON.stringify([withoutKeys(change.address), change.action, cause]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: change, cause, more: 0 });
    else group.more += 1;
  }
  return [...groups.values()].map(({ first, cause, more }) => {
    const others = more > 0 ? ` and ${more} more of ${name(withoutKeys(first.address), plan.secrets)}` : '';
    return [ACTION_NAMES[first.action], name(first.address, plan.secrets) + others, cause];
  });
}

function ordered(plan: Plan): ResourceChange[] {
  const changes = plan.changes.filter((change) => isChanged(change) || change.action === 'read');
  const order = inDependencyOrder(
    [...new Set(changes.map(({ address }) => withoutKeys(address)))],
    plan.dependencies,
  );
  const place = new Map(order.map((address, index) => [address, index]));
  const placeOf = ({ address }: ResourceChange): number => place.get(withoutKeys(address)) ?? 0;
  return changes.toSorted((one, other) => placeOf(one) - placeOf(other));
}

function why(change: ResourceChange, plan: Plan, limits: Limits): string[] {
  return [
    ...(change.previousAddress === undefined ? [] : [`was ${name(change.previousAddress, plan.secrets)}`]),
    ...(change.importing === undefined ? [] : [imported(change.importing, plan)]),
    ...(change.isGenerated ? ['its configuration was generated from what was found'] : []),
    ...reasons(change),
    ...limitedLines(attributes(change, plan), limits.attributes),
  ];
}

function imported({ id, identity }: Importing, plan: Plan): string {
  if (id !== undefined) return `imported: ${name(id, plan.secrets)}`;
  if (identity === undefined) return 'imported, by what is known after apply';
  return `imported by identity: ${name(JSON.stringify(identity), plan.secrets)}`;
}

function reasons({ mode, action, reason }: ResourceChange): string[] {
  if (mode === 'ephemeral') return ['ephemeral: opened while the plan is applied, stored nowhere'];
  if (action === 'create') return ['new'];
  const known = REASONS.get(reason ?? '');
  return [
    ...(known === undefined ? [] : [known]),
    ...(action === 'replaceAndForget'
      ? ['the old one stays as it is, and Terraform no longer knows it']
      : []),
  ];
}

/** The codes of Terraform and OpenTofu (jsonplan/plan.go); what the attributes explain needs no word. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['replace_because_tainted', 'tainted: the last run left it unfinished'],
  ['replace_by_request', 'asked for (`-replace`)'],
  ['replace_by_triggers', 'something it uses changes (`replace_triggered_by`)'],
  ['delete_because_no_resource_config', 'no longer configured'],
  ['delete_because_no_module', 'its module is no longer configured'],
  ['delete_because_no_move_target', 'moved to an address that is not configured'],
  ['delete_because_wrong_repetition', '`count` or `for_each` came or went'],
  ['delete_because_count_index', '`count` is lower'],
  ['delete_because_enabled_false', '`enabled` is false'],
  ['forgot_because_lifecycle_destroy_in_state', 'its last `lifecycle` says `destroy = false`'],
  ['forgot_because_lifecycle_destroy_in_config', 'its `lifecycle` says `destroy = false`'],
  ['read_because_config_unknown', 'read while the plan is applied: it depends on what is not known yet'],
  ['read_because_dependency_pending', 'read while the plan is applied: what it depends on changes'],
  ['read_because_check_nested', 'read for a check'],
  ['delete_because_each_key', 'its `for_each` key is gone'],
]);

function attributes(change: ResourceChange, plan: Plan): string[] {
  switch (change.action) {
    case 'create':
      return securityFacts(change, plan);
    case 'none':
      return change.importing === undefined ? [] : securityFacts(change, plan);
    case 'update':
      return updated(change, plan);
    case 'replace':
    case 'replaceAndForget':
      return replaced(change, plan);
    default:
      return [];
  }
}

/** What opens something comes first, in bold; what becomes known only by applying, last. */
function updated(change: ResourceChange, plan: Plan): string[] {
  const rank = ({ opens, isKnown }: AttributeChange): number => (opens ? 2 : Number(isKnown));
  const lines = attributeChanges(change, plan.secrets)
    .toSorted((one, other) => rank(other) - rank(one))
    .map((attribute) => {
      const line = describe(attribute, plan);
      return attribute.opens ? `**${line}**` : line;
    });
  return lines.length > 0 ? [...newStatements(change, plan), ...lines] : [ONLY_EMPTY];
}

/** A new resource has many values of its own, which explain nothing: only the configured ones do. */
function replaced(change: ResourceChange, plan: Plan): string[] {
  const all = attributeChanges(change, plan.secrets);
  const expressions = plan.configured.get(withoutKeys(change.address));
  const configured = all.filter(({ keys }) => isConfigured(expressions, keys));
  const forcing = new Set(all.filter(({ keys }) => forces(change, keys)));
  const explaining = configured.filter((attribute) => forcing.has(attribute));
  return [
    ...(explaining.length > 0 ? explaining : [...forcing]).map(
      (attribute) => `**${describe(attribute, plan)}** forces it`,
    ),
    ...configured
      .filter((attribute) => !forcing.has(attribute) && attribute.isKnown)
      .map((attribute) => describe(attribute, plan)),
  ];
}

/** Whether an attribute is, is part of, or contains one that cannot be changed in place. */
function forces({ replacePaths }: ResourceChange, keys: readonly unknown[]): boolean {
  return replacePaths.some((path) => path.slice(0, keys.length).every((key, index) => key === keys[index]));
}

function describe({ path, before, after }: AttributeChange, plan: Plan): string {
  return `${name(path, plan.secrets)} ${before} → ${after}`;
}
