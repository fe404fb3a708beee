import { ACTION_NAMES } from './changes-table';
import { findImpact, type Node, type Status } from './impact';
import { type Plan } from './plan';
import { type Secrets } from './secrets';
import { shortName } from './values';

/** More boxes than this are unreadable: those of one type with one status then share a box. */
const READABLE = 40;

/** Mermaid draws no more (`maxEdges`). */
const MOST_ARROWS = 500;

/** Characters of a box's line. */
const LABEL_LENGTH = 26;

/**
 * What changes, what is untouched but uses it, and what it uses itself, as a
 * Mermaid flowchart. Arrows lead from a resource to those that use it. Statuses
 * differ in sign, word, outline and colour. Empty for a plan that changes nothing;
 * a sentence where even the types are more than anybody could read.
 */
export function mermaidGraph(plan: Plan): string[] {
  const graph = findImpact(plan, READABLE);
  const arrows = [...(graph?.edges.values() ?? [])].reduce((sum, users) => sum + users.size, 0);
  if (graph === undefined || arrows > MOST_ARROWS)
    return [`No graph: of more than ${READABLE} boxes or ${MOST_ARROWS} arrows it could not be read.`];
  if (graph.nodes.size === 0) return [];
  const ids = new Map([...graph.nodes.keys()].map((key, index) => [key, `n${index}`]));
  const lines = [...graph.nodes].map(([key, node]) => `  ${ids.get(key)}${box(node, plan.secrets)}`);
  for (const [key, users] of graph.edges) {
    lines.push(...[...users].map((user) => `  ${ids.get(key)} --> ${ids.get(user)}`));
  }
  const statuses = new Set([...graph.nodes.values()].map(({ status }) => status));
  return [
    '```mermaid',
    'flowchart LR',
    ...lines,
    ...STYLES.filter(([status]) => statuses.has(status)).map(([, style]) => `  ${style}`),
    '```',
    '',
    LEGEND,
  ];
}

const LEGEND =
  '<sub>Arrows lead from a resource to those that use it. “untouched” is downstream of a change but stays as it is; “used” is what a change builds on.</sub>';

function box({ type, name, status, size }: Node, secrets: Secrets): string {
  const [open, close] = OUTLINES[status];
  const lines = [
    label(name, secrets) + (size > 1 ? ` ×${size}` : ''),
    label(type.replace(/^aws_/, ''), secrets),
    STATUS_NAMES[status],
  ];
  return `${open}"${lines.join('<br/>')}"${close}:::${status}`;
}

const STATUS_NAMES: Readonly<Record<Status, string>> = {
  ...ACTION_NAMES,
  none: '· untouched',
  used: '· used',
};

const OUTLINES: Readonly<Record<Status, readonly [string, string]>> = {
  create: ['([', '])'],
  update: ['[', ']'],
  replace: ['{{', '}}'],
  replaceAndForget: ['{{', '}}'],
  destroy: ['[/', '\\]'],
  forget: ['[', ']'],
  read: ['[', ']'],
  none: ['[', ']'],
  used: ['[', ']'],
};

/** Text of others as a label: whatever could be Mermaid, Markdown or HTML is written by its character code. */
function label(text: string, secrets: Secrets): string {
  const shown = shortName(text, secrets);
  const short = shown.length > LABEL_LENGTH ? `${shown.slice(0, LABEL_LENGTH - 1)}…` : shown;
  return short.replaceAll(/[^\p{L}\p{N} _.…×-]/gu, (character) => `#${character.codePointAt(0)};`);
}

const STYLES: readonly (readonly [Status, string])[] = [
  ['create', 'classDef create fill:#dafbe1,stroke:#1a7f37,color:#1f2328,stroke-width:2px'],
  ['update', 'classDef update fill:#fff8c5,stroke:#9a6700,color:#1f2328,stroke-width:2px'],
  ['replace', 'classDef replace fill:#ffe2cc,stroke:#bc4c00,color:#1f2328,stroke-width:3px'],
  [
    'replaceAndForget',
    'classDef replaceAndForget fill:#fbefff,stroke:#8250df,color:#1f2328,stroke-width:3px',
  ],
  [
    'destroy',
    'classDef destroy fill:#ffebe9,stroke:#cf222e,color:#1f2328,stroke-width:3px,stroke-dasharray:6 3',
  ],
  ['forget', 'classDef forget fill:#fbefff,stroke:#8250df,color:#1f2328,stroke-dasharray:2 2'],
  ['none', 'classDef none fill:#f6f8fa,stroke:#8c959f,color:#57606a,stroke-dasharray:2 3'],
  ['used', 'classDef used fill:#ffffff,stroke:#ffffff,color:#57606a'],
];
