import { nearest, reachable, withoutKeys } from './dependencies';
import { isEmpty, isEqual, isObject, member } from './json';
import { type Plan, type ResourceChange } from './plan';

/** What becomes of the instances and hosts of a stack; each instance is in one list. */
export interface Hosts {
  readonly created: readonly ResourceChange[];
  /** Replaced by another instance, which has another disk. */
  readonly replaced: readonly ResourceChange[];
  /** Replaced too, but the old one goes on running, and no stack knows it any more. */
  readonly superseded: readonly ResourceChange[];
  readonly destroyed: readonly ResourceChange[];
  /** Groups that stay, but end some or all of their instances. */
  readonly reduced: readonly ResourceChange[];
  /** Goes on running, and no stack knows it any more. */
  readonly forgotten: readonly ResourceChange[];
  /** Changed in place in a way for which AWS stops and starts the instance. */
  readonly restarted: readonly ResourceChange[];
  /** Get another system on the instance that they have: the instance, or the deployment where another stack has that. */
  readonly switched: readonly ResourceChange[];
  readonly untouched: readonly ResourceChange[];
}

/** The public address of a stack's host. */
export type AddressChange = 'unchanged' | 'changed' | 'assigned' | 'released' | 'none';

/** What a host runs on, one or a group of them. */
const INSTANCES: readonly string[] = ['aws_instance', 'aws_autoscaling_group'];

/** "Updates to this field will trigger a stop/start of the EC2 instance": documentation of aws_instance. */
const NEEDS_STOP = ['instance_type', 'user_data', 'user_data_base64'];

export function findHosts(plan: Plan): Hosts {
  const instances = plan.changes.filter(isInstance);
  const switched = findSwitched(plan, instances);
  const isRestarted = (instance: ResourceChange): boolean =>
    instance.action === 'update' && needsStop(instance);
  const having = (action: ResourceChange['action']): ResourceChange[] =>
    instances.filter((instance) => instance.action === action);
  return {
    created: having('create'),
    replaced: having('replace'),
    superseded: having('replaceAndForget'),
    destroyed: having('destroy'),
    reduced: instances.filter(isReduced),
    forgotten: having('forget'),
    restarted: instances.filter(isRestarted),
    switched: [...switched].filter((change) => !isRestarted(change)),
    untouched: instances.filter(
      (instance) =>
        ['none', 'update'].includes(instance.action) &&
        !isRestarted(instance) &&
        !isReduced(instance) &&
        !switched.has(instance),
    ),
  };
}

/** Whether an instance is lost: its disk with it, or whoever took care of it. */
export function isLost(change: ResourceChange): boolean {
  if (!isInstance(change)) return false;
  return ['replace', 'replaceAndForget', 'destroy'].includes(change.action) || isReduced(change);
}

/** Whether a group of instances gets smaller, or replaces them by those of another template (`instance_refresh`). */
function isReduced({ type, action, before, after }: ResourceChange): boolean {
  if (type !== 'aws_autoscaling_group' || action !== 'update') return false;
  const isLess = (attribute: string): boolean => {
    const [old, next] = [member(before, attribute), member(after, attribute)];
    return typeof old === 'number' && typeof next === 'number' && next < old;
  };
  const differs = (attribute: string): boolean =>
    !isEqual(member(before, attribute), member(after, attribute));
  return (
    isLess('desired_capacity') ||
    isLess('max_size') ||
    (!isEmpty(member(after, 'instance_refresh')) &&
      ['launch_template', 'launch_configuration', 'mixed_instances_policy'].some(differs))
  );
}

/** What becomes of the output `public_ip`, and of the address behind it where Terraform cannot foresee it. */
export function addressChange(plan: Plan, hosts: Hosts): AddressChange {
  if (hosts.restarted.length > 0) {
    const elastic = behindElasticAddresses(plan);
    const losesAddress = (instance: ResourceChange): boolean =>
      hasPublicAddress(instance) && !elastic.has(withoutKeys(instance.address));
    if (hosts.restarted.some(losesAddress)) return 'changed';
  }
  switch (plan.outputs.get('public_ip')?.action) {
    case 'none':
      return 'unchanged';
    case 'create':
      return 'assigned';
    case 'destroy':
      return 'released';
    case undefined:
      return 'none';
    default:
      return 'changed';
  }
}

/** Whether a resource is a NixOS deployment: its triggers name the system that a host is to run. */
export function isDeployment(change: ResourceChange): boolean {
  const triggers = member(change.after ?? change.before, 'triggers');
  return change.type === 'null_resource' && isObject(triggers) && Object.hasOwn(triggers, 'toplevel');
}

function isInstance({ type, mode }: ResourceChange): boolean {
  return mode === 'managed' && INSTANCES.includes(type);
}

/**
 * The instances that stay while their deployment is made again. An instance is a
 * deployment's own when it uses it, but not by way of the deployment of another
 * host that it waits for.
 */
function findSwitched(plan: Plan, instances: readonly ResourceChange[]): Set<ResourceChange> {
  const byAddress = new Map<string, ResourceChange[]>();
  for (const instance of instances) {
    const address = withoutKeys(instance.address);
    byAddress.set(address, [...(byAddress.get(address) ?? []), instance]);
  }
  const deployments = plan.changes.filter(isDeployment);
  const addresses = new Set(deployments.map(({ address }) => withoutKeys(address)));
  const switched = new Set<ResourceChange>();
  for (const deployment of deployments) {
    if (!['create', 'replace', 'replaceAndForget'].includes(deployment.action)) continue;
    const own = [
      ...nearest(
        withoutKeys(deployment.address),
        plan.dependencies,
        (other) => byAddress.has(other) || addresses.has(other),
      ),
    ].flatMap((address) => byAddress.get(address) ?? []);
    if (own.length === 0) switched.add(deployment);
    for (const instance of thatOf(deployment, own))
      if (['none', 'update'].includes(instance.action)) switched.add(instance);
  }
  return switched;
}

/** Of several instances the one whose id is the deployment's, where one is. */
function thatOf(deployment: ResourceChange, instances: readonly ResourceChange[]): readonly ResourceChange[] {
  const id = member(member(deployment.after, 'triggers'), 'instance_id');
  const named = instances.filter(({ before }) => typeof id === 'string' && member(before, 'id') === id);
  return named.length > 0 ? named : instances;
}

function needsStop({ before, after }: ResourceChange): boolean {
  return NEEDS_STOP.some((attribute) => !isEqual(member(before, attribute), member(after, attribute)));
}

function hasPublicAddress(instance: ResourceChange): boolean {
  return !isEmpty(member(instance.before, 'public_ip'));
}

/** An elastic IP stays with an instance that is stopped. */
function behindElasticAddresses(plan: Plan): Set<string> {
  const elastic = plan.changes.filter(({ type }) => type === 'aws_eip' || type === 'aws_eip_association');
  return reachable(
    elastic.map(({ address }) => withoutKeys(address)),
    plan.dependencies,
  );
}
