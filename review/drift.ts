import { attributeChanges } from './attributes';
import { type Room } from './changes-table';
import { isConfigured } from './configured';
import { withoutKeys } from './dependencies';
import { isEmpty, member } from './json';
import { code, table } from './markdown';
import { type Plan, type ResourceChange } from './plan';

/**
 * What was changed behind Terraform's back, as a table; empty where nothing was.
 *
 * Terraform's list has more: a refresh also fills in what the state did not know
 * yet, such as a bucket's mirror of the encryption that another resource gave it.
 * Of an attribute that nobody configured only a value that changes counts, not one that appears.
 */
export function driftTable(plan: Plan, room: Room): string[] {
  const rows = plan.drift.flatMap((change) => {
    if (change.action === 'destroy') return [[code(change.address), 'gone']];
    const lines = drifted(change, plan);
    return lines.length > 0 ? [[code(change.address), lines.slice(0, room.attributes).join('<br>')]] : [];
  });
  return rows.length === 0 ? [] : table(['resource', 'in the state → found'], rows.slice(0, room.rows));
}

function drifted(change: ResourceChange, plan: Plan): string[] {
  const expressions = plan.configured.get(withoutKeys(change.address));
  return attributeChanges(change, plan.secrets)
    .filter(({ keys }) => {
      const [name = ''] = keys;
      return isConfigured(expressions, [name]) || !isEmpty(member(change.before, name));
    })
    .map(({ path, before, after }) => `${code(path)} ${before} → ${after}`);
}
