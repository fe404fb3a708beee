import { attributeChanges, type AttributeChange, pathName } from './attributes';
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
  const changes = ordered(plan);
  if (changes.length === 0) return [];
  const rows = changes
    .slice(0, room.rows)
    .map((change) => [
      ACTION_NAMES[change.action],
      code(change.address),
      why(change, plan, room).join('<br>'),
    ]);
  const left = changes.length - rows.length;
  return [...table(['', 'resource', 'why'], rows), ...(left > 0 ? ['', `…and ${left} more.`] : [])];
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
  const reason = REASONS.get(change.reason ?? '');
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
  if (change.action !== 'update' && change.action !== 'replace') return [];
  const all = attributeChanges(change, plan.secrets);
  const forcing = all.filter(({ path }) => forces(change, path));
  // A new resource has many values that nobody knows yet: they explain nothing.
  const others = all.filter(
    (attribute) => !forcing.includes(attribute) && (change.action === 'update' || attribute.isKnown),
  );
  const lines = [
    ...forcing.map((attribute) => `**${describe(attribute)}** forces it`),
    ...others.toSorted((one, other) => Number(other.isKnown) - Number(one.isKnown)).map(describe),
  ];
  const left = lines.length - room.attributes;
  return left > 0 ? [...lines.slice(0, room.attributes), `…and ${left} more`] : lines;
}

function forces({ replacePaths }: ResourceChange, path: string): boolean {
  return replacePaths
    .map(pathName)
    .some(
      (forcing) =>
        path === forcing ||
        path.startsWith(`${forcing}.`) ||
        path.startsWith(`${forcing}[`) ||
        forcing.startsWith(`${path}.`) ||
        forcing.startsWith(`${path}[`),
    );
}

function describe({ path, before, after }: AttributeChange): string {
  return `${code(path)} ${before} → ${after}`;
}
