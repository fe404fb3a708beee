import { ACTION_NAMES } from './changes-table';
import { reachable, withoutKeys } from './dependencies';
import { visible } from './markdown';
import { type Action, type Plan, type ResourceChange } from './plan';
import { isChanged } from './verdict';

/** More boxes than this are unreadable: those of one type with one fate then share a box. */
const READABLE = 40;

/** Characters of a box's line. */
const LABEL_LENGTH = 26;

interface Node {
  readonly type: string;
  readonly name: string;
  readonly fate: Action;
  /** Resources that the box stands for. */
  readonly size: number;
}

/** The box of each configured resource: addresses that differ only in their keys share one. */
type Nodes = ReadonlyMap<string, Node>;
type Edges = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * What changes, what is untouched but uses it, and what it uses itself, as a
 * Mermaid flowchart. Arrows lead from a resource to those that use it. Fates
 * differ in sign, word, outline and colour. Empty for a plan that changes nothing.
 */
export function mermaidGraph(plan: Plan): string[] {
  const drawn = drawnNodes(plan);
  if (drawn.size === 0) return [];
  const graph =
    drawn.size > READABLE
      ? collapse(drawn, plan.dependencies)
      : { nodes: drawn, edges: usedBy(drawn, plan.dependencies) };
  const ids = new Map([...graph.nodes.keys()].map((key, index) => [key, `n${index}`]));
  const lines = [...graph.nodes].map(([key, node]) => `  ${ids.get(key)}${box(node)}`);
  for (const [key, users] of graph.edges) {
    lines.push(...[...users].map((user) => `  ${ids.get(key)} --> ${ids.get(user)}`));
  }
  const fates = new Set([...graph.nodes.values()].map(({ fate }) => fate));
  return [
    '```mermaid',
    'flowchart LR',
    ...lines,
    ...STYLES.filter(([fate]) => fates.has(fate)).map(([, style]) => `  ${style}`),
    '```',
  ];
}

function drawnNodes(plan: Plan): Nodes {
  const all = groupByAddress(plan);
  const changed = [...all].filter(([, { fate }]) => fate !== 'none').map(([address]) => address);
  const shown = new Set(changed);
  for (const address of changed) {
    for (const used of plan.dependencies.get(address) ?? []) shown.add(used);
  }
  for (const address of all.keys()) {
    const used = reachable(address, plan.dependencies);
    if (changed.some((other) => used.has(other))) shown.add(address);
  }
  return new Map([...all].filter(([address]) => shown.has(address)));
}

function groupByAddress(plan: Plan): Nodes {
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

const SEVERITIES: readonly Action[] = ['none', 'read', 'forget', 'create', 'update', 'replace', 'destroy'];

/** Direct users among the drawn; a user that also follows by way of another is not drawn twice. */
function usedBy(nodes: Nodes, dependencies: Edges): Edges {
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
function nearest(address: string, nodes: Nodes, dependencies: Edges): Set<string> {
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

/** One box for all resources of one type with one fate. */
function collapse(nodes: Nodes, dependencies: Edges): { nodes: Nodes; edges: Edges } {
  const keyOf = ({ type, fate }: Node): string => `${fate} ${type}`;
  const boxes = new Map<string, Node>();
  for (const node of nodes.values()) {
    const key = keyOf(node);
    const size = (boxes.get(key)?.size ?? 0) + node.size;
    boxes.set(key, { ...node, name: 'all', size });
  }
  const edges = new Map<string, Set<string>>();
  for (const [address, user] of nodes) {
    for (const used of nearest(address, nodes, dependencies)) {
      const node = nodes.get(used);
      if (node === undefined || keyOf(node) === keyOf(user)) continue;
      edges.set(keyOf(node), (edges.get(keyOf(node)) ?? new Set()).add(keyOf(user)));
    }
  }
  return { nodes: boxes, edges };
}

function box({ type, name, fate, size }: Node): string {
  const [open, close] = OUTLINES[fate];
  const lines = [
    label(name) + (size > 1 ? ` ×${size}` : ''),
    label(type.replace(/^aws_/, '')),
    ACTION_NAMES[fate],
  ];
  return `${open}"${lines.join('<br/>')}"${close}:::${fate}`;
}

const OUTLINES: Readonly<Record<Action, readonly [string, string]>> = {
  create: ['([', '])'],
  update: ['[', ']'],
  replace: ['{{', '}}'],
  destroy: ['[/', '\\]'],
  forget: ['[', ']'],
  read: ['[', ']'],
  none: ['[', ']'],
};

/** Text of others as a label: whatever could be Mermaid, Markdown or HTML is written by its character code. */
function label(text: string): string {
  const shown = visible(text);
  const short = shown.length > LABEL_LENGTH ? `${shown.slice(0, LABEL_LENGTH - 1)}…` : shown;
  return short.replaceAll(/[^\p{L}\p{N} _.…×-]/gu, (character) => `#${character.codePointAt(0)};`);
}

const STYLES: readonly (readonly [Action, string])[] = [
  ['create', 'classDef create fill:#dafbe1,stroke:#1a7f37,color:#1f2328,stroke-width:2px'],
  ['update', 'classDef update fill:#fff8c5,stroke:#9a6700,color:#1f2328,stroke-width:2px'],
  ['replace', 'classDef replace fill:#ffe2cc,stroke:#bc4c00,color:#1f2328,stroke-width:3px'],
  [
    'destroy',
    'classDef destroy fill:#ffebe9,stroke:#cf222e,color:#1f2328,stroke-width:3px,stroke-dasharray:6 3',
  ],
  ['forget', 'classDef forget fill:#fbefff,stroke:#8250df,color:#1f2328,stroke-dasharray:2 2'],
  ['none', 'classDef none fill:#f6f8fa,stroke:#8c959f,color:#57606a,stroke-dasharray:2 3'],
];
