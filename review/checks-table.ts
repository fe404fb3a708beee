import { type Limits } from './changes-table';
import { limitedLines, limitedTable } from './markdown';
import { type Plan } from './plan';
import { name } from './values';

/** The conditions that are not known to hold; empty where all do. */
export function checksTable(plan: Plan, limits: Limits): string[] {
  const rows = plan.checks.map(({ status, address, problems }) => [
    CHECK_NAMES[status],
    name(address, plan.secrets),
    limitedLines(
      problems.map((problem) => name(problem, plan.secrets)),
      limits.attributes,
    ).join('<br>'),
  ]);
  return limitedTable(['check', 'of', 'what it says'], rows, limits.rows);
}

const CHECK_NAMES = {
  fail: '**failed**',
  error: '**could not be evaluated**',
  unknown: 'shows while the plan is applied',
} as const;
