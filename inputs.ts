import { type Environment, EnvironmentReader } from './inputs/environment';
import type { Host, ImmutableHost, LiveHost } from './inputs/hosts';
import { HOST_BY_HAND, LIVE_ROOT_VOLUME_GIB, RELEASE } from './inputs/hosts-by-hand';
import { type HostsRecord, readBootstrapFile, readHostsFile } from './inputs/hosts-file';
import type { NixSystem } from './constructs/nix-system';
import { shown } from './inputs/problems';
import {
  BOOTSTRAP_AMI,
  BOOTSTRAP_IMAGE_PATH,
  type BootstrapAmi,
  BOOTSTRAP_FILE,
  HOSTS_FILE,
  IMAGE_PATH,
  LIVE_CONFIG_PATH,
  NIX_SYSTEM,
  SSH_CIDRS,
  STATE_BUCKET,
  type Variable,
} from './inputs/variables';

/** What the `immutable` stack needs. */
export interface ImmutableInputs {
  /** The project's name: what its things in AWS are called starts with it. */
  readonly project: string;
  readonly host: ImmutableHost;
  /** Bucket of the stack's state; absent: a local file. */
  readonly stateBucket?: string;
}

/** What the `live` stack needs. */
export interface LiveInputs {
  /** The project's name: what its things in AWS are called starts with it. */
  readonly project: string;
  /** Platform of the bootstrap image and of the hosts' systems. */
  readonly system: NixSystem;
  /** The hosts that there shall be. */
  readonly hosts: readonly Host[];
  /** What a new instance boots first: a disk image of one's own, or an AMI that exists. */
  readonly bootstrap:
    | { readonly imagePath: string; readonly derivation?: string }
    | { readonly ami: BootstrapAmi; readonly release: string; readonly publicKey: string };
  /** Who may reach port 22, in CIDR notation. */
  readonly sshCidrs: readonly string[];
  /** Bucket of the stack's state; absent: a local file. */
  readonly stateBucket?: string;
}

/** What the `deployment` stack needs. */
export interface DeploymentInputs {
  /** The project's name: the folder of its states in the bucket. */
  readonly project: string;
  /** Hosts of `live`, each with the system that it shall run. */
  readonly hosts: readonly LiveHost[];
  /** Bucket of the stack's state, and of live's; absent: local files. */
  readonly stateBucket?: string;
}

/** What the `state` stack needs. */
export interface StateInputs {
  /** The project's name: what the bucket is tagged with. */
  readonly project: string;
  /** Name of the bucket that it makes. */
  readonly bucket: string;
}

/** All that the stacks take from the environment, and from the file that it names. */
export interface Inputs {
  /** Absent when the stack is not selected. */
  readonly immutable?: ImmutableInputs;
  /** Absent when the stack is not selected. */
  readonly live?: LiveInputs;
  /** Absent when the stack is not selected. */
  readonly deployment?: DeploymentInputs;
  /** Absent unless it is the one stack that is selected. */
  readonly state?: StateInputs;
  /** A line for each stack that is not selected, and why. */
  readonly skipped: readonly string[];
}

/**
 * Read the environment of a project: HOSTS_FILE, or by hand the variables of one host, which has the project's name. A stack is selected when
 * what is its own is there, and a selected stack must be whole. STATE_BUCKET alone selects the stack
 * that makes the bucket; beside others it says where these keep their state.
 *
 * @throws InputsError naming every problem: a value that is refused, a variable that a
 *   selected stack lacks or that would move its state, or that no stack is selected.
 */
export function readInputs(env: Environment, project: string): Inputs {
  const reader = new EnvironmentReader(env);
  const anySelected = SELECTORS.some((one) => reader.isSet(one));
  const stateSelected = reader.isSet(STATE_BUCKET) && !anySelected;
  const noneSelected = !anySelected && !stateSelected;

  const stateBucket = reader.isSet(STATE_BUCKET) ? reader.read(STATE_BUCKET) : undefined;
  const common = { project, ...(stateBucket !== undefined && { stateBucket }) };
  const byHand = !reader.isSet(HOSTS_FILE);
  const { immutable, live, deployment } = byHand
    ? readByHand(reader, project, noneSelected)
    : readRecord(reader);
  const skippedUnless = (selected: unknown, id: string, variables: string) =>
    selected === undefined
      ? [
          `stack ${id} is skipped: ${byHand ? `set ${variables} to make it` : 'HOSTS_FILE has no hosts for it'}`,
        ]
      : [];
  reader.refuseWhatMovesState();
  reader.problems.throwIfAny((count) => (noneSelected ? NONE_SELECTED : `The environment has ${count}:`));

  return deepFreeze({
    ...(immutable && { immutable: { host: immutable, ...common } }),
    ...(live && { live: { ...live, ...common } }),
    ...(deployment && { deployment: { hosts: deployment, ...common } }),
    ...(stateSelected && stateBucket !== undefined && { state: { project, bucket: stateBucket } }),
    skipped: [
      ...skippedUnless(immutable, 'immutable', 'IMAGE_PATH'),
      ...skippedUnless(live, 'live', 'NIX_SYSTEM, SSH_CIDRS, and BOOTSTRAP_IMAGE_PATH or BOOTSTRAP_AMI'),
      ...skippedUnless(deployment, 'deployment', 'LIVE_CONFIG_PATH'),
    ],
  });
}

/** What each stack is made of, as far as it is selected and whole. */
interface Hosts {
  readonly immutable?: ImmutableHost | undefined;
  readonly live?: Omit<LiveInputs, 'project' | 'stateBucket'> | undefined;
  readonly deployment?: readonly LiveHost[] | undefined;
}

/** The hosts of HOSTS_FILE. There is hardware to be made where it has a release. */
function readRecord(reader: EnvironmentReader): Hosts {
  for (const variable of BY_HAND) reader.refuseBeside(variable, HOSTS_FILE);
  const file = reader.read(HOSTS_FILE);
  if (file === undefined) return {};
  const { live, immutable, release } = readHostsFile(file, reader.problems);
  const [{ name = '', system } = {}, ...others] = live;
  refuseAnotherSystem(reader, name, system, others);
  refuseSecondImage(reader, immutable);
  const bootstrapImage = () => {
    const path = reader.read(BOOTSTRAP_FILE);
    return path === undefined ? undefined : readBootstrapFile(path, reader.problems);
  };
  return {
    immutable: immutable[0],
    live:
      release !== undefined && system
        ? readLive(reader, { system, hosts: live, release }, bootstrapImage)
        : undefined,
    deployment: live.length > 0 ? live : undefined,
  };
}

/** The one host of a stack whose variables are set, or all of them if none is, to say what is missing. */
function readByHand(reader: EnvironmentReader, project: string, noneSelected: boolean): Hosts {
  const selects = (...own: readonly Variable<unknown>[]) =>
    noneSelected || own.some((one) => reader.isSet(one));
  const liveSelected = selects(BOOTSTRAP_IMAGE_PATH, BOOTSTRAP_AMI);
  const immutableSelected = selects(IMAGE_PATH);

  const system = immutableSelected || liveSelected ? reader.read(NIX_SYSTEM) : undefined;
  const imagePath = immutableSelected ? reader.readImage(IMAGE_PATH, system) : undefined;
  const bootstrapImage = () => {
    const image = reader.readImage(BOOTSTRAP_IMAGE_PATH, system);
    return image === undefined ? undefined : { imagePath: image };
  };
  const host = { ...HOST_BY_HAND, name: project };
  const live = { ...host, rootVolumeGib: LIVE_ROOT_VOLUME_GIB };
  const toplevel = selects(LIVE_CONFIG_PATH) ? reader.read(LIVE_CONFIG_PATH) : undefined;
  return {
    immutable: system && imagePath !== undefined ? { ...host, system, imagePath } : undefined,
    live: liveSelected
      ? readLive(reader, { system, hosts: [live], release: RELEASE }, bootstrapImage)
      : undefined,
    deployment: toplevel === undefined ? undefined : [{ ...live, toplevel, wave: 0 }],
  };
}

/** An AMI takes the place of the bootstrap image, which is then not asked for. */
function readLive(
  reader: EnvironmentReader,
  { system, hosts, release }: { system: NixSystem | undefined; hosts: readonly Host[]; release: string },
  bootstrapImage: () => LiveInputs['bootstrap'] | undefined,
): Hosts['live'] {
  const keys = reader.readAuthorizedKeys();
  const sshCidrs = reader.read(SSH_CIDRS);
  let bootstrap: LiveInputs['bootstrap'] | undefined;
  if (reader.isSet(BOOTSTRAP_AMI)) {
    if (reader.isSet(BOOTSTRAP_IMAGE_PATH)) reader.refuse(BOOTSTRAP_AMI);
    const ami = reader.read(BOOTSTRAP_AMI);
    const publicKey = keys && reader.firstForEc2(keys);
    bootstrap = ami && publicKey ? { ami, release, publicKey } : undefined;
  } else {
    bootstrap = bootstrapImage();
  }
  return system && bootstrap && sshCidrs ? { system, hosts, bootstrap, sshCidrs } : undefined;
}

function refuseAnotherSystem(
  reader: EnvironmentReader,
  first: string,
  system: NixSystem | undefined,
  hosts: HostsRecord['live'],
): void {
  for (const other of hosts.filter((one) => one.system !== system)) {
    reader.problems.note(`hosts.${other.name}.system`, {
      got: shown(other.system),
      expected: `${system}, as hosts.${first}.system: one bootstrap image starts all hosts`,
      fix: 'the hosts of flake.nix',
    });
  }
}

function refuseSecondImage(reader: EnvironmentReader, [first, ...others]: readonly ImmutableHost[]): void {
  for (const other of others) {
    reader.problems.note(`hosts.${other.name}.image`, {
      got: `an image beside that of hosts.${first?.name}`,
      expected: 'one host that is its image: the stack immutable makes one instance',
      fix: 'the hosts of flake.nix',
    });
  }
}

/** Variables of one host, in place of HOSTS_FILE. */
const BY_HAND = [IMAGE_PATH, BOOTSTRAP_IMAGE_PATH, LIVE_CONFIG_PATH, NIX_SYSTEM];
const SELECTORS = [HOSTS_FILE, IMAGE_PATH, BOOTSTRAP_IMAGE_PATH, BOOTSTRAP_AMI, LIVE_CONFIG_PATH];

const NONE_SELECTED =
  'No stack is selected. Set the variables of immutable (IMAGE_PATH, NIX_SYSTEM) or those of live and deployment (the others, and NIX_SYSTEM):';

/** The value, of which nothing can be changed from now on. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}
