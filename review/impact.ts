import { reachable, withoutKeys } from './dependencies';
import { type Action, type Plan, type ResourceChange } from './plan';
import { isChanged } from './verdict';

/** `none`: untouched, but downstream of a change; `used`: untouched, and used by what changes. */
export type Fate = Action | 'used';

export interface Node {
  readonly type: string;
  readonly name: string;
  readonly fate: Fate;
  /** Resources that it stands for. */
  readonly size: number;
}

/** What a change reaches. Addresses that differ only in their keys are one node. */
export interface Impact {
  readonly nodes: ReadonlyMap<string, Node>;
  /** Node → the nodes that use it. */
  readonly edges: Edges;
}

type Edges = ReadonlyMap<string, ReadonlySet<string>>;

/** What changes, what is untouched but uses it, and what it uses itself. */
export function findImpact(plan: Plan): Impact {
  const all = groupByAddress(plan);
  const changed = [...all].filter(([, { fate }]) => fate !== 'none').map(([address]) => address);
  const used = new Set(changed.flatMap((address) => [...(plan.dependencies.get(address) ?? [])]));
  const nodes = new Map<string, Node>();
  for (const [address, node] of all) {
    const reached = reachable(address, plan.dependencies);
    const isDownstream = changed.some((other) => reached.has(other));
    if (node.fate !== 'none' || isDownstream) nodes.set(address, node);
    else if (used.has(address)) nodes.set(address, { ...node, fate: 'used' });
  }
  return { nodes, edges: usedBy(nodes, plan.dependencies) };
}

/** One box for all resources of one type with one fate. */
export function collapse({ nodes, edges: all }: Impact): Impact {
  const keyOf = ({ type, fate }: Node): string => `${fate} ${type}`;
  const boxes = new Map<string, Node>();
  for (const node of nodes.values()) {
    const key = keyOf(node);
    const size = (boxes.get(key)?.size ?? 0) + node.size;
    boxes.set(key, { ...node, name: 'all', size });
  }
  const edges = new Map<string, Set<string>>();
  for (const [address, node] of nodes) {
    const users = [...(all.get(address) ?? [])]
      .map((user) => nodes.get(user))
      .filter((user) => user !== undefined);
    for (const user of users) {
      if (keyOf(node) !== keyOf(user))
        edges.set(keyOf(node), (edges.get(keyOf(node)) ?? new Set()).add(keyOf(user)));
    }
  }
  return { nodes: boxes, edges };
}

function groupByAddress(plan: Plan): Map<string, Node> {
  const nodes = new Map<string, Node>();
  for (const change of plan.changes.filter(({ isData }) => !isData)) {
    const address = withoutKeys(change.address);
    const known = nodes.get(address);
    const fate = isChanged(change) ? change.action : 'none';
    const worst =
      known !== undefined && SEVERITIES.indexOf(known.fate) > SEVERITIES.indexOf(fate) ? known.fate : fate;
    nodes.set(address, {
      type: change.type,
      name: nameOf(change),
      fate: worst,
      size: (known?.size ?? 0) + 1,
    });
  }
  return nodes;
}

/** The resource's own name, less the digest that cdktf ends the longer ones with. */
function nameOf({ address, type }: ResourceChange): string {
  const name = withoutKeys(address);
  return name.slice(name.lastIndexOf(`${type}.`) + type.length + 1).replace(/_[0-9A-F]{8}$/, '');
}

const SEVERITIES: readonly Fate[] = ['none', 'read', 'forget', 'create', 'update', 'replace', 'destroy'];

/** Direct users among the drawn; a user that also follows by way of another is not drawn twice. */
function usedBy(nodes: Impact['nodes'], dependencies: Edges): Edges {
  const uses = new Map([...nodes.keys()].map((address) => [address, nearest(address, nodes, dependencies)]));
  const users = new Map<string, Set<string>>();
  for (const [user, used] of uses) {
    const further = new Set([...used].flatMap((other) => [...reachable(other, uses)]));
    for (const other of used) {
      if (!further.has(other)) users.set(other, (users.get(other) ?? new Set()).add(user));
    }
  }
  return users;
}

/** The drawn resources that `address` uses, through those that are not drawn. */
function nearest(address: string, nodes: Impact['nodes'], dependencies: Edges): Set<string> {
  const found = new Set<string>();
  const seen = new Set([address]);
  const waiting = [...(dependencies.get(address) ?? [])];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (nodes.has(next)) found.add(next);
    else waiting.push(...(dependencies.get(next) ?? []));
  }
  return found;
}
