import { attributeChanges } from './attributes';
import { code, table } from './markdown';
import { type Plan } from './plan';
import { type Room } from './changes-table';

/**
 * What was changed behind Terraform's back, as a table; empty where nothing was.
 * Terraform lists resources of which the provider merely reads null as empty, or the reverse: those are no drift.
 */
export function driftTable(plan: Plan, room: Room): string[] {
  const rows = plan.drift.flatMap((change) => {
    if (change.action === 'destroy') return [[code(change.address), 'gone']];
    const attributes = attributeChanges(change, plan.secrets).map(
      ({ path, before, after }) => `${code(path)} ${before} → ${after}`,
    );
    return attributes.length > 0
      ? [[code(change.address), attributes.slice(0, room.attributes).join('<br>')]]
      : [];
  });
  return rows.length === 0 ? [] : table(['resource', 'in the state → found'], rows.slice(0, room.rows));
}
