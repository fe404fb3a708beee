/** A plan as `show -json` prints one, with what a test is about and nothing else. */
export function planJson(changes: readonly object[], more: object = {}): string {
  return JSON.stringify({
    format_version: '1.2',
    planned_values: {},
    resource_changes: changes.map(entry),
    ...more,
  });
}

interface Change {
  readonly address?: string;
  readonly type?: string;
  readonly mode?: string;
  readonly actions?: readonly string[];
}

function entry(resource: object & Change): object {
  const {
    address = 'terraform_data.it',
    type = address.split('.')[0],
    mode = 'managed',
    actions = ['update'],
    ...more
  } = resource;
  const { action_reason, previous_address, ...change } = more as Record<string, unknown>;
  return { address, type, mode, action_reason, previous_address, change: { actions, ...change } };
}
