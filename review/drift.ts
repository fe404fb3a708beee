import { attributeChanges } from './attributes';
import { type Limits } from './changes-table';
import { isConfigured } from './configured';
import { withoutKeys } from './dependencies';
import { isEmpty, member } from './json';
import { limitedLines, limitedTable } from './markdown';
import { type Plan, type ResourceChange } from './plan';
import { name } from './values';

/**
 * What was changed behind Terraform's back, as a table; empty where nothing was.
 *
 * Terraform's list has more: a refresh also fills in what the state did not know
 * yet, such as a bucket's mirror of the encryption that another resource gave it.
 * Of an attribute that nobody configured only a value that changes counts, not one that appears.
 */
export function driftTable(plan: Plan, limits: Limits): string[] {
  const rows = plan.drift.flatMap((change) => {
    const address = name(change.address, plan.secrets);
    if (change.action === 'destroy') return [[address, 'gone']];
    const lines = drifted(change, plan);
    return lines.length > 0 ? [[address, limitedLines(lines, limits.attributes).join('<br>')]] : [];
  });
  return limitedTable(['resource', 'in the state → found'], rows, limits.rows);
}

function drifted(change: ResourceChange, plan: Plan): string[] {
  const expressions = plan.configured.get(withoutKeys(change.address));
  return attributeChanges(change, plan.secrets)
    .filter(({ keys }) => {
      const [first = ''] = keys;
      return isConfigured(expressions, [first]) || !isEmpty(member(change.before, first));
    })
    .map(({ path, before, after, opens }) => {
      const line = `${name(path, plan.secrets)} ${before} → ${after}`;
      return opens ? `**${line}**` : line;
    });
}
