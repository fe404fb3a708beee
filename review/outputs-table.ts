import { attributeChanges } from './attributes';
import { ACTION_NAMES, type Limits, ONLY_EMPTY } from './changes-table';
import { limitedLines, limitedTable } from './markdown';
import { type OutputChange, type Plan } from './plan';
import { name } from './values';

/** The outputs that change, by name; empty where none does. */
export function outputsTable(plan: Plan, limits: Limits): string[] {
  const rows = changedOutputs(plan).map(([output, change]) => [
    ACTION_NAMES[change.action],
    name(output, plan.secrets),
    outputValues(change, plan, limits),
  ]);
  return limitedTable(['', 'output', 'value'], rows, limits.rows);
}

export function changedOutputs({ outputs }: Plan): [string, OutputChange][] {
  return [...outputs].filter(([, { action }]) => action !== 'none');
}

/** The parts that differ, or all of it where it has none. */
function outputValues(change: OutputChange, plan: Plan, limits: Limits): string {
  const lines = attributeChanges(change, plan.secrets).map(({ path, before, after }) =>
    [...(path === '' ? [] : [name(path, plan.secrets)]), `${before} → ${after}`].join(' '),
  );
  return limitedLines(lines.length > 0 ? lines : [ONLY_EMPTY], limits.attributes).join('<br>');
}
