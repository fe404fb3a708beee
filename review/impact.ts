import { isChanged } from './counts';
import { type Edges, inDependencyOrder, nearest, reachable, reversed, withoutKeys } from './dependencies';
import { type Action, type Plan, type ResourceChange } from './plan';

/** `none`: untouched, but downstream of a change; `used`: untouched, and used by what changes. */
export type Status = Action | 'used';

export interface Node {
  readonly type: string;
  readonly name: string;
  readonly status: Status;
  /** Resources that it stands for. */
  readonly size: number;
}

/** What a change reaches. Addresses that differ only in their keys are one node. */
export interface Impact {
  readonly nodes: ReadonlyMap<string, Node>;
  /** Node → the nodes that use it. */
  readonly edges: Edges;
}

/**
 * What changes, what is untouched but uses it, and what it uses itself. Where that
 * is more than `readable` nodes, those of one type and status are one; undefined
 * where it is too much still.
 */
export function findImpact(plan: Plan, readable: number): Impact | undefined {
  const nodes = findNodes(plan);
  if (nodes.size <= readable) return { nodes, edges: shortest(nodes, plan.dependencies) };
  const groups = groupNodes(nodes);
  return groups.size <= readable
    ? { nodes: groups, edges: betweenGroups(nodes, plan.dependencies) }
    : undefined;
}

function findNodes(plan: Plan): Map<string, Node> {
  const all = withoutInstances(plan);
  const changed = [...all].filter(([, { status }]) => status !== 'none').map(([address]) => address);
  const downstream = reachable(changed, reversed(plan.dependencies));
  const used = new Set<string>();
  for (const address of changed) for (const other of plan.dependencies.get(address) ?? []) used.add(other);
  const nodes = new Map<string, Node>();
  for (const [address, node] of all) {
    if (node.status !== 'none' || downstream.has(address)) nodes.set(address, node);
    else if (used.has(address)) nodes.set(address, { ...node, status: 'used' });
  }
  return nodes;
}

function withoutInstances(plan: Plan): Map<string, Node> {
  const nodes = new Map<string, Node>();
  for (const change of plan.changes.filter(({ mode }) => mode === 'managed')) {
    const address = withoutKeys(change.address);
    const known = nodes.get(address);
    const status = isChanged(change) ? change.action : 'none';
    const worst =
      known !== undefined && SEVERITIES.indexOf(known.status) > SEVERITIES.indexOf(status)
        ? known.status
        : status;
    nodes.set(address, {
      type: change.type,
      name: nameOf(change),
      status: worst,
      size: (known?.size ?? 0) + 1,
    });
  }
  return nodes;
}

/** The resource's own name, less the digest that cdktf ends the longer ones with. */
export function nameOf({ address, type }: ResourceChange): string {
  const name = withoutKeys(address);
  return name.slice(name.lastIndexOf(`${type}.`) + type.length + 1).replace(/_[0-9A-F]{8}$/, '');
}

const SEVERITIES: readonly Status[] = [
  'none',
  'read',
  'forget',
  'create',
  'update',
  'replaceAndForget',
  'replace',
  'destroy',
];

/** Direct users among the drawn; a user that also follows by way of another is not drawn twice. */
function shortest(nodes: Impact['nodes'], dependencies: Edges): Edges {
  const uses = new Map(
    [...nodes.keys()].map((address) => [
      address,
      nearest(address, dependencies, (other) => nodes.has(other)),
    ]),
  );
  const direct = [...uses].map(([user, used]): [string, Set<string>] => {
    const further = reachable(used, uses);
    return [user, new Set([...used].filter((other) => !further.has(other)))];
  });
  return reversed(new Map(direct));
}

function groupOf({ type, status }: Node): string {
  return `${status} ${type}`;
}

/** One node for all resources of one type with one status. */
function groupNodes(nodes: Impact['nodes']): Map<string, Node> {
  const groups = new Map<string, Node>();
  for (const node of nodes.values()) {
    const size = (groups.get(groupOf(node))?.size ?? 0) + node.size;
    groups.set(groupOf(node), { ...node, name: 'all', size });
  }
  return groups;
}

/** Which groups use which, through resources that are not drawn too. */
function betweenGroups(nodes: Impact['nodes'], dependencies: Edges): Edges {
  const edges = new Map<string, Set<string>>();
  const usedBy = new Map<string, Set<string>>();
  for (const address of inDependencyOrder([...dependencies.keys()], dependencies)) {
    const groups = new Set<string>();
    for (const used of dependencies.get(address) ?? []) {
      const node = nodes.get(used);
      if (node !== undefined) groups.add(groupOf(node));
      else for (const group of usedBy.get(used) ?? []) groups.add(group);
    }
    const user = nodes.get(address);
    if (user === undefined) usedBy.set(address, groups);
    else addAll(edges, groupOf(user), groups);
  }
  return reversed(edges);
}

function addAll(edges: Map<string, Set<string>>, user: string, used: ReadonlySet<string>): void {
  const all = edges.get(user) ?? new Set();
  for (const other of used) if (other !== user) all.add(other);
  edges.set(user, all);
}
