import { type Reader } from './json';
import { type Action, type ResourceChange } from './plan';

/**
 * What a plan's JSON consists of, format 1.2: every member of the structs in
 * `internal/command/jsonplan` (plan.go, resource.go, action_invocations.go) and
 * `internal/command/jsonchecks` (objects.go, checks.go) of hashicorp/terraform
 * 1.17 and opentofu/opentofu 1.12, August 2026.
 *
 * The format allows members that come later. This project does not take what it
 * has not read for nothing: a plan with another member is refused by its name.
 */
const MEMBERS = {
  plan: [
    'format_version',
    'terraform_version',
    'variables',
    'planned_values',
    'resource_drift',
    'resource_changes',
    'deferred_changes',
    'deferred_action_invocations',
    'output_changes',
    'action_invocations',
    'prior_state',
    'configuration',
    'relevant_attributes',
    'checks',
    'timestamp',
    'applyable',
    'complete',
    'errored',
  ],
  resourceChange: [
    'address',
    'previous_address',
    'module_address',
    'mode',
    'type',
    'name',
    'index',
    'index_unknown',
    'provider_name',
    'deposed',
    'change',
    'action_reason',
  ],
  change: [
    'actions',
    'before',
    'after',
    'after_unknown',
    'before_sensitive',
    'after_sensitive',
    'replace_paths',
    'importing',
    'generated_config',
    'before_identity',
    'after_identity',
  ],
  importing: ['id', 'unknown', 'identity'],
  deferredChange: ['reason', 'resource_change'],
  deferredInvocation: ['reason', 'action_invocation'],
  invocation: [
    'address',
    'type',
    'name',
    'config_values',
    'config_sensitive',
    'config_unknown',
    'provider_name',
    'lifecycle_action_trigger',
    'invoke_action_trigger',
  ],
  check: ['address', 'status', 'instances'],
  checkInstance: ['address', 'status', 'problems'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The actions of a change, as the plan lists them. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['no-op', 'none'],
  ['read', 'read'],
  ['create', 'create'],
  ['update', 'update'],
  ['delete', 'destroy'],
  ['forget', 'forget'],
  ['delete,create', 'replace'],
  ['create,delete', 'replace'],
  // The old one is left standing, a new one takes its place in the state: Terraform's, then OpenTofu's.
  ['create,forget', 'replaceAndForget'],
  ['forget,create', 'replaceAndForget'],
]);

const MODES: readonly string[] = ['managed', 'data', 'ephemeral'] satisfies ResourceChange['mode'][];

/** Where a plan has a member, an action or a mode that is not known. */
export function unknownIn(root: Reader): string[] {
  const resources = [
    ...root.readers('resource_changes'),
    ...root.readers('resource_drift'),
    ...root.readers('deferred_changes').map((entry) => entry.child('resource_change')),
  ];
  const outputs = root.members('output_changes').map(([, change]) => change);
  const changes = [...resources.map((entry) => entry.child('change')), ...outputs];
  const invocations = [
    ...root.readers('action_invocations'),
    ...root.readers('deferred_action_invocations').map((entry) => entry.child('action_invocation')),
  ];
  return [
    ...root.others(MEMBERS.plan),
    ...resources.flatMap((entry) => entry.others(MEMBERS.resourceChange)),
    ...changes.flatMap((change) => change.others(MEMBERS.change)),
    ...changes.flatMap((change) => change.optionalChild('importing').others(MEMBERS.importing)),
    ...root.readers('deferred_changes').flatMap((entry) => entry.others(MEMBERS.deferredChange)),
    ...root
      .readers('deferred_action_invocations')
      .flatMap((entry) => entry.others(MEMBERS.deferredInvocation)),
    ...invocations.flatMap((entry) => entry.others(MEMBERS.invocation)),
    ...root.readers('checks').flatMap((check) => check.others(MEMBERS.check)),
    ...root
      .readers('checks')
      .flatMap((check) => check.readers('instances'))
      .flatMap((instance) => instance.others(MEMBERS.checkInstance)),
    ...resources.flatMap(unknownMode),
    ...changes.flatMap(unknownActions),
  ];
}

function unknownMode(entry: Reader): string[] {
  const mode = entry.text('mode');
  return MODES.includes(mode)
    ? []
    : [`${entry.where}: the mode ${JSON.stringify(mode)} of ${entry.text('address')} is not known`];
}

function unknownActions(change: Reader): string[] {
  const actions = change.list('actions');
  return ACTIONS.has(actions.join())
    ? []
    : [`${change.where}: the actions ${JSON.stringify(actions)} are not known`];
}
