import { changesTable, type Limits } from './changes-table';
import { checksTable } from './checks-table';
import { type ClosureChange } from './closure';
import { counts } from './counts';
import { driftTable } from './drift';
import { findExposures } from './exposures';
import { deferralsTable, invocationsTable } from './invocations-table';
import { alert, limitedLines } from './markdown';
import { mermaidGraph } from './mermaid';
import { outputsTable } from './outputs-table';
import { packagesSection } from './packages-table';
import { type Plan } from './plan';
import { findLosses, type Loss } from './risk';
import { Secrets } from './secrets';
import { name } from './values';
import { severity, Severity, verdict } from './verdict';

/**
 * Characters that GitHub takes in one comment, 65,536, less what a workflow puts
 * around the review: a hidden mark and a link to the run.
 */
export const LIMIT = 65_536 - 1_024;

interface Detail extends Limits {
  readonly graph: boolean;
  /** What a reader misses, for the notice; undefined where nothing is missing. */
  readonly missing?: string;
}

/** From everything to next to nothing: the first that fits is taken. */
const DETAILS: readonly Detail[] = [
  { rows: 2_000, attributes: 12, graph: true },
  {
    rows: 300,
    attributes: 3,
    graph: true,
    missing: 'attributes beyond 3 a resource, rows beyond 300 a table',
  },
  {
    rows: 100,
    attributes: 3,
    graph: true,
    missing: 'attributes beyond 3 a resource, rows beyond 100 a table',
  },
  {
    rows: 50,
    attributes: 2,
    graph: false,
    missing: 'graphs, attributes beyond 2 a resource, rows beyond 50 a table',
  },
  {
    rows: 10,
    attributes: 1,
    graph: false,
    missing: 'graphs, attributes beyond 1 a resource, rows beyond 10 a table',
  },
];

/** A plan, and what is the same in whatever detail it is shown. */
interface Judged {
  readonly plan: Plan;
  readonly losses: readonly Loss[];
  readonly graph: readonly string[];
}

/**
 * The review of all plans as Markdown, shortened with a notice where it would not fit
 * a comment. The verdicts come first, then what is dangerous: nothing is long enough
 * to push them out.
 */
export function review(plans: readonly Plan[], closure?: ClosureChange): string {
  const secrets = Secrets.ofAll(plans.map((plan) => plan.secrets));
  const judged = plans.map((plan) => judge({ ...plan, secrets }));
  const head = [
    ...judged.map(({ plan, losses }) => (plans.length > 1 ? '- ' : '') + verdict(plan, losses)),
    ...section(dataWarning(judged)),
    ...section(secretWarning(judged)),
  ].join('\n');
  for (const detail of DETAILS) {
    const text = write(head, judged, closure, detail);
    if (text.length <= LIMIT) return text;
  }
  const rest = `${head}\n\n${judged.map(({ plan }) => heading(plan)).join('\n\n')}`;
  const notice = `\n\n${shortened('everything after this many characters').join('\n')}\n`;
  return rest.slice(0, rest.lastIndexOf('\n', LIMIT - notice.length)) + notice;
}

function judge(plan: Plan): Judged {
  return { plan, losses: findLosses(plan), graph: mermaidGraph(plan) };
}

function write(
  head: string,
  judged: readonly Judged[],
  closure: ClosureChange | undefined,
  detail: Detail,
): string {
  const sections = [
    [head],
    detail.missing === undefined ? [] : shortened(detail.missing),
    ...judged.flatMap((entry) => stackSections(entry, detail)),
    closure === undefined ? [] : ['### Packages of the system', '', ...packagesSection(closure, detail)],
    ...judged.flatMap(({ plan }) => driftSection(plan, detail)),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function section(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

function stackSections({ plan, losses, graph }: Judged, detail: Detail): (readonly string[])[] {
  if (severity(plan, losses) === Severity.nothing) return [];
  return [
    [heading(plan)],
    changesTable(plan, detail),
    invocationsTable(plan, detail),
    deferralsTable(plan, detail),
    outputsTable(plan, detail),
    checksTable(plan, detail),
    detail.graph ? graph : [],
  ];
}

function heading(plan: Plan): string {
  return `### ${name(plan.stack, plan.secrets)}: ${counts(plan)}`;
}

function driftSection(plan: Plan, detail: Detail): string[][] {
  const drift = driftTable(plan, detail);
  return drift.length === 0
    ? []
    : [[`### Drift of ${name(plan.stack, plan.secrets)}: changed behind Terraform's back`], drift];
}

function dataWarning(judged: readonly Judged[]): string[] {
  const lines = judged.flatMap(({ plan, losses }) =>
    losses.map(
      ({ address, what }) => `- ${name(plan.stack, plan.secrets)}: ${name(address, plan.secrets)} ${what}`,
    ),
  );
  if (lines.length === 0) return [];
  return alert('CAUTION', [
    '**Data at risk.** None of this is known to keep it:',
    ...limitedLines(lines, 20, '- '),
  ]);
}

function secretWarning(judged: readonly Judged[]): string[] {
  const lines = judged.flatMap(({ plan }) =>
    findExposures(plan).map(
      ({ address, kind }) =>
        `- ${name(plan.stack, plan.secrets)}: ${name(address, plan.secrets)} contains what looks like ${kind}`,
    ),
  );
  if (lines.length === 0) return [];
  return alert('WARNING', [
    '**A secret in clear.** Not marked sensitive, it is in plan and state for all who may read them:',
    ...limitedLines(lines, 20, '- '),
  ]);
}

function shortened(missing: string): string[] {
  return alert('NOTE', [
    `Shortened to what a comment may have (65,536 characters). Missing: ${missing}. All of it: \`nix run .#preview\`.`,
  ]);
}
