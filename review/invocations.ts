import { isObject, type Reader } from './json';
import { type ResourceChange } from './plan';

/** An action of a provider, such as stopping an instance, that is invoked while the plan is applied. */
export interface Invocation {
  readonly address: string;
  readonly type: string;
  /** The resource and event that it is invoked by, such as `after_update`; neither where the user asked for it. */
  readonly resource?: string;
  readonly event?: string;
  readonly values: unknown;
  readonly sensitive: unknown;
}

/** What cannot be planned yet, and Terraform's code for the reason, such as `provider_config_unknown`. */
export interface Deferral {
  readonly reason: string;
  /** A change of a resource, or else an action to invoke. */
  readonly change?: ResourceChange;
  readonly invocation?: Invocation;
}

export function readInvocations(plan: Reader): Invocation[] {
  return plan.readers('action_invocations').map(readInvocation);
}

export function readDeferrals(plan: Reader, readChange: (entry: Reader) => ResourceChange): Deferral[] {
  return [
    ...plan.readers('deferred_changes').map((entry) => ({
      reason: entry.optionalText('reason') ?? 'unknown',
      change: readChange(entry.child('resource_change')),
    })),
    ...plan.readers('deferred_action_invocations').map((entry) => ({
      reason: entry.optionalText('reason') ?? 'unknown',
      invocation: readInvocation(entry.child('action_invocation')),
    })),
  ];
}

function readInvocation(entry: Reader): Invocation {
  const byResource = entry.optionalChild('lifecycle_action_trigger');
  const byUser = entry.optionalChild('invoke_action_trigger');
  const resource =
    byResource.optionalText('triggering_resource_address') ?? byUser.optionalText('calling_resource_address');
  const event = byResource.optionalText('action_trigger_event');
  const values = entry.get('config_values');
  return {
    address: entry.text('address'),
    type: entry.text('type'),
    values: isObject(values) ? values : {},
    sensitive: entry.get('config_sensitive'),
    ...(resource === undefined ? {} : { resource }),
    ...(event === undefined ? {} : { event }),
  };
}
