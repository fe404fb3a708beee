import { changesTable, type Room } from './changes-table';
import { type ClosureChange } from './closure';
import { driftTable } from './drift';
import { alert, code } from './markdown';
import { mermaidGraph } from './mermaid';
import { packagesSection } from './packages-table';
import { type Plan } from './plan';
import { findExposures, findLosses } from './risk';
import { counts, severity, Severity, verdict } from './verdict';

/**
 * Characters that GitHub takes in one comment, 65,536, less what a workflow puts
 * around the review: a hidden mark and a link to the run.
 */
export const LIMIT = 65_536 - 1_024;

interface Detail extends Room {
  readonly graph: boolean;
  /** What a reader misses, for the notice; undefined where nothing is left out. */
  readonly left?: string;
}

/** From everything to next to nothing: the first that fits is taken. */
const DETAILS: readonly Detail[] = [
  { rows: 10_000, attributes: 12, graph: true },
  { rows: 300, attributes: 3, graph: true, left: 'attributes beyond 3 a resource' },
  { rows: 100, attributes: 3, graph: true, left: 'rows beyond 100 a table' },
  { rows: 50, attributes: 2, graph: false, left: 'graphs, and rows beyond 50 a table' },
  { rows: 10, attributes: 1, graph: false, left: 'graphs, and rows beyond 10 a table' },
];

/** The review of all plans as Markdown, shortened with a notice where it would not fit a comment. */
export function review(plans: readonly Plan[], closure?: ClosureChange): string {
  for (const detail of DETAILS) {
    const text = write(plans, closure, detail);
    if (text.length <= LIMIT) return text;
  }
  const notice = shortened('everything after this many characters');
  const rest = write(plans, closure, { rows: 0, attributes: 0, graph: false });
  return `${notice.join('\n')}\n\n${rest.slice(0, rest.lastIndexOf('\n', LIMIT - 1_000))}\n`;
}

function write(plans: readonly Plan[], closure: ClosureChange | undefined, detail: Detail): string {
  const sections = [
    dataWarning(plans),
    secretWarning(plans),
    plans.map(verdict).map((sentence) => (plans.length > 1 ? `- ${sentence}` : sentence)),
    detail.left === undefined ? [] : shortened(detail.left),
    ...plans.flatMap((plan) => stackSections(plan, detail)),
    closure === undefined ? [] : ['### Packages of the system', '', ...packagesSection(closure, detail)],
    ...plans.flatMap((plan) => driftSection(plan, detail)),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function stackSections(plan: Plan, detail: Detail): string[][] {
  if (severity(plan) === Severity.nothing) return [];
  const graph = detail.graph ? mermaidGraph(plan) : [];
  return [
    [`### ${code(plan.stack)}: ${counts(plan)}`],
    changesTable(plan, detail),
    graph,
    graph.length === 0 ? [] : [LEGEND],
  ];
}

const LEGEND =
  '<sub>Arrows lead from a resource to those that use it. “untouched” is downstream of a change but stays as it is; “used” is what a change builds on.</sub>';

function driftSection(plan: Plan, detail: Detail): string[][] {
  const drift = driftTable(plan, detail);
  return drift.length === 0
    ? []
    : [[`### Drift of ${code(plan.stack)}: changed behind Terraform's back`], drift];
}

function dataWarning(plans: readonly Plan[]): string[] {
  const losses = plans.flatMap((plan) => findLosses(plan).map((loss) => ({ ...loss, stack: plan.stack })));
  if (losses.length === 0) return [];
  const lines = losses.map(
    ({ stack, change, kind }) =>
      `- ${code(stack)}: the ${kind} ${code(change.address)} is ${change.action === 'replace' ? 'replaced by an empty one' : 'destroyed'}`,
  );
  return alert('CAUTION', ['**Data at risk.** What these hold is lost:', ...firstFew(lines)]);
}

function secretWarning(plans: readonly Plan[]): string[] {
  const lines = plans.flatMap((plan) =>
    findExposures(plan).map(
      ({ address, kind }) => `- ${code(plan.stack)}: ${code(address)} contains what looks like ${kind}`,
    ),
  );
  if (lines.length === 0) return [];
  return alert('WARNING', [
    '**A secret in clear.** Not marked sensitive, it is in plan and state for all who may read them:',
    ...firstFew(lines),
  ]);
}

function firstFew(lines: readonly string[]): string[] {
  const left = lines.length - 20;
  return left > 0 ? [...lines.slice(0, 20), `- …and ${left} more`] : [...lines];
}

function shortened(left: string): string[] {
  return alert('NOTE', [
    `Shortened to what a comment may have (65,536 characters). Left out: ${left}. All of it: \`nix run .#preview\`.`,
  ]);
}
