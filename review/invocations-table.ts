import { attributeChanges } from './attributes';
import { ACTION_NAMES, type Limits } from './changes-table';
import { type Invocation } from './invocations';
import { limitedLines, limitedTable } from './markdown';
import { type Plan } from './plan';
import { type Secrets } from './secrets';
import { name } from './values';

/** The actions of providers that are invoked, with what they are given; empty without any. */
export function invocationsTable(plan: Plan, limits: Limits): string[] {
  const rows = plan.invocations.map((invocation) => [
    name(invocation.address, plan.secrets),
    trigger(invocation, plan.secrets),
    given(invocation, plan.secrets, limits),
  ]);
  return limitedTable(['action to invoke', 'when', 'with'], rows, limits.rows);
}

function trigger({ resource, event }: Invocation, secrets: Secrets): string {
  if (resource === undefined) return 'asked for';
  return `${event === undefined ? 'for' : name(event, secrets)} ${name(resource, secrets)}`;
}

function given({ values, sensitive }: Invocation, secrets: Secrets, limits: Limits): string {
  const change = { before: {}, after: values, unknown: {}, beforeSensitive: {}, afterSensitive: sensitive };
  const lines = attributeChanges(change, secrets).map(({ path, after }) => `${name(path, secrets)} ${after}`);
  return limitedLines(lines, limits.attributes).join('<br>');
}

/** What this plan leaves to the next one; empty where nothing is left. */
export function deferralsTable(plan: Plan, limits: Limits): string[] {
  const rows = plan.deferrals.map(({ reason, change, invocation }) => [
    change === undefined ? 'invoke' : ACTION_NAMES[change.action],
    name(change?.address ?? invocation?.address ?? '', plan.secrets),
    DEFERRED_BECAUSE.get(reason) ?? name(reason, plan.secrets),
  ]);
  return limitedTable(['', 'deferred to another plan', 'why'], rows, limits.rows);
}

/** Terraform's codes (jsonplan/plan.go). */
const DEFERRED_BECAUSE: ReadonlyMap<string, string> = new Map([
  ['instance_count_unknown', '`count` or `for_each` is not known yet'],
  ['resource_config_unknown', 'its configuration is not known yet'],
  ['provider_config_unknown', 'the configuration of its provider is not known yet'],
  ['deferred_prereq', 'something that it uses is deferred'],
  ['absent_prereq', 'something that it uses is not there yet'],
]);
