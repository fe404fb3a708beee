import { ACTION_NAMES } from './changes-table';
import { collapse, type Fate, findImpact, type Node } from './impact';
import { visible } from './markdown';
import { type Plan } from './plan';

/** More boxes than this are unreadable: those of one type with one fate then share a box. */
const READABLE = 40;

/** Characters of a box's line. */
const LABEL_LENGTH = 26;

/**
 * What changes, what is untouched but uses it, and what it uses itself, as a
 * Mermaid flowchart. Arrows lead from a resource to those that use it. Fates
 * differ in sign, word, outline and colour. Empty for a plan that changes nothing.
 */
export function mermaidGraph(plan: Plan): string[] {
  const impact = findImpact(plan);
  if (impact.nodes.size === 0) return [];
  const graph = impact.nodes.size > READABLE ? collapse(impact) : impact;
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

function box({ type, name, fate, size }: Node): string {
  const [open, close] = OUTLINES[fate];
  const lines = [
    label(name) + (size > 1 ? ` ×${size}` : ''),
    label(type.replace(/^aws_/, '')),
    FATE_NAMES[fate],
  ];
  return `${open}"${lines.join('<br/>')}"${close}:::${fate}`;
}

const FATE_NAMES: Readonly<Record<Fate, string>> = { ...ACTION_NAMES, none: '· untouched', used: '· used' };

const OUTLINES: Readonly<Record<Fate, readonly [string, string]>> = {
  create: ['([', '])'],
  update: ['[', ']'],
  replace: ['{{', '}}'],
  destroy: ['[/', '\\]'],
  forget: ['[', ']'],
  read: ['[', ']'],
  none: ['[', ']'],
  used: ['[', ']'],
};

/** Text of others as a label: whatever could be Mermaid, Markdown or HTML is written by its character code. */
function label(text: string): string {
  const shown = visible(text);
  const short = shown.length > LABEL_LENGTH ? `${shown.slice(0, LABEL_LENGTH - 1)}…` : shown;
  return short.replaceAll(/[^\p{L}\p{N} _.…×-]/gu, (character) => `#${character.codePointAt(0)};`);
}

const STYLES: readonly (readonly [Fate, string])[] = [
  ['create', 'classDef create fill:#dafbe1,stroke:#1a7f37,color:#1f2328,stroke-width:2px'],
  ['update', 'classDef update fill:#fff8c5,stroke:#9a6700,color:#1f2328,stroke-width:2px'],
  ['replace', 'classDef replace fill:#ffe2cc,stroke:#bc4c00,color:#1f2328,stroke-width:3px'],
  [
    'destroy',
    'classDef destroy fill:#ffebe9,stroke:#cf222e,color:#1f2328,stroke-width:3px,stroke-dasharray:6 3',
  ],
  ['forget', 'classDef forget fill:#fbefff,stroke:#8250df,color:#1f2328,stroke-dasharray:2 2'],
  ['none', 'classDef none fill:#f6f8fa,stroke:#8c959f,color:#57606a,stroke-dasharray:2 3'],
  ['used', 'classDef used fill:#ffffff,stroke:#ffffff,color:#57606a'],
];
