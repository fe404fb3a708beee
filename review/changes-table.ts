import { attributeChanges, type AttributeChange } from './attributes';
import { isConfigured } from './configured';
import { inDependencyOrder, withoutKeys } from './dependencies';
import { code, table } from './markdown';
import { type Action, type Plan, type ResourceChange } from './plan';
import { isChanged } from './verdict';

/** A sign and a word for each action, so that nothing hangs on colour. */
export const ACTION_NAMES: Readonly<Record<Action, string>> = {
  create: '+ create',
  update: '~ change',
  replace: '± replace',
  destroy: '− destroy',
  forget: '○ forget',
  read: '· read',
  none: '· keep',
};

export interface Room {
  /** Rows of one table. */
  readonly rows: number;
  /** Attributes of one row. */
  readonly attributes: number;
}

/** What changes and why, in dependency order; empty for a plan that changes nothing. */
export function changesTable(plan: Plan, room: Room): string[] {
  const rows = fold(ordered(plan).map((change) => ({ change, cause: why(change, plan, room).join('<br>') })));
  if (rows.length === 0) return [];
  const left = rows.length - room.rows;
  return [
    ...table(['', 'resource', 'why'], rows.slice(0, room.rows)),
    ...(left > 0 ? ['', `…and ${left} more.`] : []),
  ];
}

/** Rows; instances of one resource with one fate for one reason share a row. */
function fold(entries: readonly { readonly change: ResourceChange; readonly cause: string }[]): string[][] {
  const groups = new Map<string, ResourceChange[]>();
  for (const { change, cause } of entries) {
    const key = JSON.stringify([withoutKeys(change.address), change.action, cause]);
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return entries.flatMap(({ change, cause }) => {
    const key = JSON.stringify([withoutKeys(change.address), change.action, cause]);
    const [first, ...others] = groups.get(key) ?? [];
    if (change !== first) return [];
    const more =
      others.length > 0 ? ` and ${others.length} more of ${code(withoutKeys(change.address))}` : '';
    return [[ACTION_NAMES[change.action], code(change.address) + more, cause]];
  });
}

function ordered(plan: Plan): ResourceChange[] {
  const changes = plan.changes.filter((change) => isChanged(change) && !change.isData);
  const order = inDependencyOrder(
    [...new Set(changes.map(({ address }) => withoutKeys(address)))],
    plan.dependencies,
  );
  const place = new Map(order.map((address, index) => [address, index]));
  const placeOf = ({ address }: ResourceChange): number => place.get(withoutKeys(address)) ?? 0;
  return changes.toSorted((one, other) => placeOf(one) - placeOf(other));
}

function why(change: ResourceChange, plan: Plan, room: Room): string[] {
  const reason = change.action === 'create' ? 'new' : REASONS.get(change.reason ?? '');
  return [
    ...(change.previousAddress === undefined ? [] : [`was ${code(change.previousAddress)}`]),
    ...(change.importId === undefined ? [] : [`imported: ${code(change.importId)}`]),
    ...(reason === undefined ? [] : [reason]),
    ...attributes(change, plan, room),
  ];
}

/** Terraform's documented codes; those that the attributes explain are left out. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['replace_because_tainted', 'tainted: the last run left it unfinished'],
  ['replace_by_request', 'asked for (`-replace`)'],
  ['replace_by_triggers', 'something it uses changes (`replace_triggered_by`)'],
  ['delete_because_no_resource_config', 'no longer configured'],
  ['delete_because_no_module', 'its module is no longer configured'],
  ['delete_because_no_move_target', 'moved to an address that is not configured'],
  ['delete_because_wrong_repetition', '`count` or `for_each` came or went'],
  ['delete_because_count_index', '`count` is lower'],
  ['delete_because_each_key', 'its `for_each` key is gone'],
]);

function attributes(change: ResourceChange, plan: Plan, room: Room): string[] {
  const lines =
    change.action === 'update'
      ? updated(change, plan)
      : change.action === 'replace'
        ? replaced(change, plan)
        : [];
  const left = lines.length - room.attributes;
  return left > 0 ? [...lines.slice(0, room.attributes), `…and ${left} more`] : lines;
}

/** What becomes known only by applying comes last. */
function updated(change: ResourceChange, plan: Plan): string[] {
  return attributeChanges(change, plan.secrets)
    .toSorted((one, other) => Number(other.isKnown) - Number(one.isKnown))
    .map(describe);
}

/** A new resource has many values of its own, which explain nothing: only the configured ones are told. */
function replaced(change: ResourceChange, plan: Plan): string[] {
  const all = attributeChanges(change, plan.secrets);
  const expressions = plan.configured.get(withoutKeys(change.address));
  const configured = all.filter(({ keys }) => isConfigured(expressions, keys));
  const forcing = all.filter(({ keys }) => forces(change, keys));
  const explaining = forcing.filter((attribute) => configured.includes(attribute));
  return [
    ...(explaining.length > 0 ? explaining : forcing).map(
      (attribute) => `**${describe(attribute)}** forces it`,
    ),
    ...configured.filter((attribute) => !forcing.includes(attribute) && attribute.isKnown).map(describe),
  ];
}

/** Whether an attribute is, is part of, or contains one that cannot be changed in place. */
function forces({ replacePaths }: ResourceChange, keys: readonly unknown[]): boolean {
  return replacePaths.some((path) => path.slice(0, keys.length).every((key, index) => key === keys[index]));
}

function describe({ path, before, after }: AttributeChange): string {
  return `${code(path)} ${before} → ${after}`;
}
