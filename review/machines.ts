import { reachable, withoutKeys } from './dependencies';
import { isEmpty, isEqual, isObject, member } from './json';
import { type Plan, type ResourceChange } from './plan';

/** What becomes of the machines of a stack; each machine is in one list. */
export interface Machines {
  readonly created: readonly ResourceChange[];
  readonly replaced: readonly ResourceChange[];
  readonly destroyed: readonly ResourceChange[];
  /** Changed in place in a way for which AWS stops and starts the machine. */
  readonly restarted: readonly ResourceChange[];
  /** Get another system without a new machine. */
  readonly switched: readonly ResourceChange[];
  readonly untouched: readonly ResourceChange[];
}

/** The public address of a stack's machine. */
export type AddressFate = 'unchanged' | 'changed' | 'assigned' | 'released' | 'none';

/** "Updates to this field will trigger a stop/start of the EC2 instance": documentation of aws_instance. */
const NEEDS_STOP = ['instance_type', 'user_data', 'user_data_base64'];

export function findMachines(plan: Plan): Machines {
  const machines = plan.changes.filter((change) => change.type === 'aws_instance' && !change.isData);
  const switched = findSwitched(plan, machines);
  const isRestarted = (machine: ResourceChange): boolean => machine.action === 'update' && needsStop(machine);
  return {
    created: machines.filter(({ action }) => action === 'create'),
    replaced: machines.filter(({ action }) => action === 'replace'),
    destroyed: machines.filter(({ action }) => action === 'destroy'),
    restarted: machines.filter(isRestarted),
    switched: machines.filter((machine) => switched.has(machine.address) && !isRestarted(machine)),
    untouched: machines.filter(
      (machine) =>
        ['none', 'update', 'forget'].includes(machine.action) &&
        !isRestarted(machine) &&
        !switched.has(machine.address),
    ),
  };
}

/** What becomes of the output `public_ip`, and of the address behind it where Terraform cannot foresee it. */
export function addressFate(plan: Plan, machines: Machines): AddressFate {
  if (machines.restarted.some((machine) => hasPublicAddress(machine) && !hasElasticAddress(plan, machine)))
    return 'changed';
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

/** Whether a resource is a NixOS deployment: its triggers name the system that a machine is to run. */
export function isDeployment(change: ResourceChange): boolean {
  const triggers = member(change.after ?? change.before, 'triggers');
  return change.type === 'null_resource' && isObject(triggers) && Object.hasOwn(triggers, 'toplevel');
}

/** Machines that stay and whose deployment is made anew. */
function findSwitched(plan: Plan, machines: readonly ResourceChange[]): Set<string> {
  const switched = new Set<string>();
  for (const deployment of plan.changes.filter(isDeployment)) {
    if (deployment.action !== 'create' && deployment.action !== 'replace') continue;
    const used = reachable(withoutKeys(deployment.address), plan.dependencies);
    machines
      .filter(
        (machine) => ['none', 'update'].includes(machine.action) && used.has(withoutKeys(machine.address)),
      )
      .forEach((machine) => switched.add(machine.address));
  }
  return switched;
}

function needsStop({ before, after }: ResourceChange): boolean {
  return NEEDS_STOP.some((attribute) => !isEqual(member(before, attribute), member(after, attribute)));
}

function hasPublicAddress(machine: ResourceChange): boolean {
  return !isEmpty(member(machine.before, 'public_ip'));
}

/** An elastic IP stays with a machine that is stopped. */
function hasElasticAddress(plan: Plan, machine: ResourceChange): boolean {
  return plan.changes.some(
    ({ type, address }) =>
      (type === 'aws_eip' || type === 'aws_eip_association') &&
      reachable(withoutKeys(address), plan.dependencies).has(withoutKeys(machine.address)),
  );
}
