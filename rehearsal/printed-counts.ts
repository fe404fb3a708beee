import { stripVTControlCharacters } from 'node:util';

import type { PlanCounts } from './report';

const PLAN = /^Plan: .*\b(\d+) to add, (\d+) to change, (\d+) to destroy\b/;

/**
 * What a plan counts, by the last line that says so: Terraform's own, or one that cdktf prints after the name of this
 * stack, or below it, as far to the right. Undefined where none says so: not every plan does, and cdktf can lose the
 * end of a long output.
 */
export function printedCounts(stack: string, printed: string): PlanCounts | undefined {
  const starts = [`${stack}  `, ' '.repeat(`${stack}  `.length)];
  for (const line of stripVTControlCharacters(printed).split('\n').reverse()) {
    const start = starts.find((one) => line.startsWith(one)) ?? '';
    const text = line.slice(start.length);
    const [, add, change, destroy] = PLAN.exec(text) ?? [];
    if (add !== undefined) return { add: Number(add), change: Number(change), destroy: Number(destroy) };
    if (text.startsWith('No changes. ')) return { add: 0, change: 0, destroy: 0 };
  }
  return undefined;
}
