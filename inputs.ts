import { type PublicKeys, readAuthorizedKeys } from './authorized-keys';
import { platformOf } from './image-info';
import {
  BOOTSTRAP_AMI,
  BOOTSTRAP_IMAGE_PATH,
  type BootstrapAmi,
  IPLZ_IMAGE_PATH,
  isUnsafe,
  LIVE_CONFIG_PATH,
  NIX_SYSTEM,
  type NixSystem,
  SSH_CIDRS,
  STATE_BUCKET,
  type Variable,
} from './variables';

/** What the `immutable` stack needs. */
export interface ImmutableInputs {
  /** Platform of the image. */
  readonly system: NixSystem;
  /** Absolute path of the application's disk image. */
  readonly imagePath: string;
  /** Bucket of the stack's state; absent: a local file. */
  readonly stateBucket?: string;
}

/** What the `live` stack needs. */
export interface LiveInputs {
  /** Platform of the bootstrap image and of the hosts' systems. */
  readonly system: NixSystem;
  /** The hosts that there shall be. */
  readonly hosts: readonly { readonly name: string }[];
  /** What a new instance boots first: a disk image of one's own, or an AMI that exists. */
  readonly bootstrap:
    | { readonly imagePath: string }
    | { readonly ami: BootstrapAmi; readonly publicKey: string };
  /** Who may reach port 22, in CIDR notation. */
  readonly sshCidrs: readonly string[];
  /** Bucket of the stack's state; absent: a local file. */
  readonly stateBucket?: string;
}

/** What the `deployment` stack needs. */
export interface DeploymentInputs {
  /** Hosts of `live`, each with the store path of the system that it shall run. */
  readonly hosts: readonly { readonly name: string; readonly toplevel: string }[];
  /** Bucket of the stack's state, and of live's; absent: local files. */
  readonly stateBucket?: string;
}

/** What the `state` stack needs. */
export interface StateInputs {
  /** Name of the bucket that it makes. */
  readonly bucket: string;
}

/** All that the stacks take from the environment. */
export interface Inputs {
  /** Absent when the stack is not selected. */
  readonly immutable?: ImmutableInputs;
  /** Absent when the stack is not selected. */
  readonly live?: LiveInputs;
  /** Absent when the stack is not selected. */
  readonly deployment?: DeploymentInputs;
  /** Absent unless it is the one stack that is selected. */
  readonly state?: StateInputs;
  /** A line for each stack that is not selected, with the variables that would select it. */
  readonly skipped: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Every problem of an environment, in one message for the user. */
export class InputsError extends Error {
  constructor(opening: string, problems: readonly string[]) {
    super(`${opening}\n\n${problems.join('\n\n')}\n`);
    this.name = 'InputsError';
  }
}

/**
 * Read the environment. A stack is selected when a variable of its own is set, and
 * a selected stack must be whole. STATE_BUCKET alone selects the stack that makes
 * the bucket; beside others it says where these keep their state.
 *
 * @throws InputsError naming every problem: a value that is refused, a variable that a
 *   selected stack lacks or that would move its state, or that no stack is selected.
 */
export function readInputs(env: Environment): Inputs {
  const reader = new Reader(env);
  const immutableSelected = reader.isSet(IPLZ_IMAGE_PATH);
  const liveSelected = [BOOTSTRAP_IMAGE_PATH, BOOTSTRAP_AMI].some((own) => reader.isSet(own));
  const deploymentSelected = reader.isSet(LIVE_CONFIG_PATH);
  const anySelected = immutableSelected || liveSelected || deploymentSelected;
  const stateSelected = reader.isSet(STATE_BUCKET) && !anySelected;
  const noneSelected = !anySelected && !stateSelected;

  const stateBucket = reader.isSet(STATE_BUCKET) ? reader.read(STATE_BUCKET) : undefined;
  const system = immutableSelected || liveSelected || noneSelected ? reader.read(NIX_SYSTEM) : undefined;
  const backend = stateBucket === undefined ? {} : { stateBucket };
  const immutable = immutableSelected || noneSelected ? readImmutable(reader, system, backend) : undefined;
  const live = liveSelected || noneSelected ? readLive(reader, system, backend) : undefined;
  const deployment = deploymentSelected || noneSelected ? readDeployment(reader, backend) : undefined;
  const state =
    stateSelected && stateBucket !== undefined ? Object.freeze({ bucket: stateBucket }) : undefined;
  reader.refuseWhatMovesState();
  reader.throwIfAnyProblem(noneSelected);

  return Object.freeze({
    ...(immutable && { immutable }),
    ...(live && { live }),
    ...(deployment && { deployment }),
    ...(state && { state }),
    skipped: [
      ...(immutable ? [] : ['stack immutable is skipped: set IPLZ_IMAGE_PATH to make it']),
      ...(live
        ? []
        : [
            'stack live is skipped: set NIX_SYSTEM, SSH_CIDRS, and BOOTSTRAP_IMAGE_PATH or BOOTSTRAP_AMI to make it',
          ]),
      ...(deployment ? [] : ['stack deployment is skipped: set LIVE_CONFIG_PATH to make it']),
    ],
  });
}

type Backend = Pick<ImmutableInputs, 'stateBucket'>;

function readImmutable(
  reader: Reader,
  system: NixSystem | undefined,
  backend: Backend,
): ImmutableInputs | undefined {
  const imagePath = reader.readImage(IPLZ_IMAGE_PATH, system);
  return system && imagePath ? Object.freeze({ system, imagePath, ...backend }) : undefined;
}

function readLive(reader: Reader, system: NixSystem | undefined, backend: Backend): LiveInputs | undefined {
  const keys = reader.readAuthorizedKeys();
  const bootstrap = readBootstrap(reader, system, keys);
  const sshCidrs = reader.read(SSH_CIDRS);
  return system && bootstrap && sshCidrs
    ? Object.freeze({ system, bootstrap, hosts: [HOST], sshCidrs: Object.freeze(sshCidrs), ...backend })
    : undefined;
}

function readDeployment(reader: Reader, backend: Backend): DeploymentInputs | undefined {
  const toplevel = reader.read(LIVE_CONFIG_PATH);
  return toplevel ? Object.freeze({ hosts: [{ ...HOST, toplevel }], ...backend }) : undefined;
}

/** CUSTOMIZE: the host's name. Another name replaces the host. */
const HOST = { name: 'iplz' } as const;

function readBootstrap(
  reader: Reader,
  system: NixSystem | undefined,
  keys: PublicKeys | undefined,
): LiveInputs['bootstrap'] | undefined {
  if (!reader.isSet(BOOTSTRAP_AMI)) {
    const imagePath = reader.readImage(BOOTSTRAP_IMAGE_PATH, system);
    return imagePath ? Object.freeze({ imagePath }) : undefined;
  }
  if (reader.isSet(BOOTSTRAP_IMAGE_PATH)) reader.refuse(BOOTSTRAP_AMI);
  const ami = reader.read(BOOTSTRAP_AMI);
  const publicKey = keys && reader.firstForEc2(keys);
  return ami && publicKey ? Object.freeze({ ami, publicKey }) : undefined;
}

/** Takes values from an environment and keeps what is wrong with them. */
class Reader {
  private readonly problems = new Map<string, string>();

  constructor(private readonly env: Environment) {}

  isSet(variable: Variable<unknown>): boolean {
    return this.env[variable.name] !== undefined;
  }

  /** The variable's value; undefined after noting a problem. */
  read<T>(variable: Variable<T>): T | undefined {
    const text = this.env[variable.name];
    const value = text === undefined || isUnsafe(text) ? undefined : variable.parse(text);
    if (value === undefined) this.refuse(variable);
    return value;
  }

  /** The path of an image that is not known to be for another platform. */
  readImage(variable: Variable<string>, system: NixSystem | undefined): string | undefined {
    const imagePath = this.read(variable);
    const platform = imagePath === undefined ? undefined : platformOf(imagePath);
    if (system === undefined || platform === undefined || platform === system) return imagePath;
    this.note(variable.name, {
      got: `an image for ${shown(platform)}`,
      expected: `an image for ${system}, as NIX_SYSTEM says`,
      fix: variable.fix,
    });
    return undefined;
  }

  refuse(variable: Variable<unknown>): void {
    const text = this.env[variable.name];
    this.note(variable.name, {
      got: text === undefined ? `nothing: it is unset${this.misnamed(variable)}` : shown(text),
      expected: `${variable.expected}${text !== undefined && isUnsafe(text) ? TEMPLATE_HINT : ''}`,
      fix: variable.fix,
    });
  }

  /** The deployers' public keys; undefined after noting what else is in their file. */
  readAuthorizedKeys(): PublicKeys | undefined {
    const { keys, problems } = readAuthorizedKeys(AUTHORIZED_KEYS);
    if (problems.length === 0) return keys;
    this.note(AUTHORIZED_KEYS, {
      got: problems.join('\n            '),
      expected:
        "the deployers' public keys, one a line: TYPE KEY, without options, and a comment if you like",
      fix: `cat ~/.ssh/id_ed25519.pub >> ${AUTHORIZED_KEYS}`,
    });
    return undefined;
  }

  /** The first key that EC2 takes: it gives a new instance one, the system brings them all. */
  firstForEc2(keys: PublicKeys): string | undefined {
    const key = keys.find((one) => /^ssh-(ed25519|rsa) /.test(one));
    if (key === undefined) {
      this.note(AUTHORIZED_KEYS, {
        got: 'no public key that EC2 takes',
        expected: "the deployers' public keys, one a line, an ed25519 or RSA one among them",
        fix: `cat ~/.ssh/id_ed25519.pub >> ${AUTHORIZED_KEYS}`,
      });
    }
    return key;
  }

  /** Terraform's own variables that would take the state out of the project's folder or bucket. */
  refuseWhatMovesState(): void {
    for (const [name, text] of Object.entries(this.env)) {
      if (!text || !movesState(name, text)) continue;
      this.note(name, {
        got: shown(text),
        expected: 'nothing: with it Terraform would keep the state in another place than docs/state.md says',
        fix: `unset ${name}`,
      });
    }
  }

  private note(name: string, problem: { got: string; expected: string; fix: string }): void {
    this.problems.set(
      name,
      `${name}\n  got       ${problem.got}\n  expected  ${problem.expected}\n  set it    ${problem.fix}`,
    );
  }

  throwIfAnyProblem(noneSelected: boolean): void {
    const { size } = this.problems;
    if (size === 0) return;
    const opening = noneSelected
      ? 'No stack is selected. Set the variables of immutable (IPLZ_IMAGE_PATH, NIX_SYSTEM) or those of live and deployment (the others, and NIX_SYSTEM):'
      : `The environment has ${size === 1 ? '1 problem' : `${size} problems`}:`;
    throw new InputsError(opening, [...this.problems.values()]);
  }

  /** Terraform's own way to set a variable does not work here: name it when it was tried. */
  private misnamed(variable: Variable<unknown>): string {
    const tried = Object.keys(this.env).find((name) => {
      const [, own] = /^TF_VAR_(.+)$/i.exec(name) ?? [];
      return own?.toUpperCase().replace('AMI_PATH', 'IMAGE_PATH') === variable.name;
    });
    return tried ? ` (${tried} is set, but CDKTF removes all TF_VAR_ variables before synth)` : '';
  }
}

/** The public keys that may log in, in the project's folder, where synth runs. */
const AUTHORIZED_KEYS = 'nix/authorized-keys';

/** The workspace and the folder of Terraform's data, and options in TF_CLI_ARGS and its likes. */
function movesState(name: string, text: string): boolean {
  if (name === 'TF_WORKSPACE' || name === 'TF_DATA_DIR') return true;
  return (
    name.startsWith('TF_CLI_ARGS') && /(^|\s)["']?--?(state|state-out|backend-config|chdir)\b/.test(text)
  );
}

const TEMPLATE_HINT =
  '\n            without ${, %{, TfToken and control characters: Terraform would read them as a template';

/** The value with everything escaped that a terminal would act on or hide, cut at 200 characters. */
function shown(text: string): string {
  const short = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  return JSON.stringify(short).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
