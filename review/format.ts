/**
 * What a plan's JSON consists of, format 1.2: every member of the structs in
 * `internal/command/jsonplan` (plan.go, resource.go, action_invocations.go) and
 * `internal/command/jsonchecks` (objects.go, checks.go) of hashicorp/terraform
 * 1.17 and opentofu/opentofu 1.12, August 2026.
 *
 * The format allows members that come later. This project does not take what it
 * has not read for nothing: a plan with another member is refused by its name.
 */
export const MEMBERS = {
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
