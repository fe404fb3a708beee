import { type PublicKeys, readAuthorizedKeys } from './authorized-keys';
import { platformOf } from './image-info';
import type { NixSystem } from '../constructs/nix-system';
import { Problems, shown } from './problems';
import { isUnsafe, type Variable } from './variables';

/** The environment of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Takes values from an environment and keeps what is wrong with them. */
export class EnvironmentReader {
  readonly problems = new Problems();

  constructor(private readonly env: Environment) {}

  isSet(variable: Variable<unknown>): boolean {
    return this.textOf(variable) !== undefined;
  }

  /** The variable's value; undefined after noting a problem. */
  read<T>(variable: Variable<T>): T | undefined {
    const text = this.textOf(variable);
    const value = text === undefined || isUnsafe(text) ? undefined : variable.parse(text);
    if (value === undefined) this.refuse(variable);
    return value;
  }

  /** The path of an image that is not known to be for another platform. */
  readImage(variable: Variable<string>, system: NixSystem | undefined): string | undefined {
    const imagePath = this.read(variable);
    const platform = imagePath === undefined ? undefined : platformOf(imagePath);
    if (system === undefined || platform === undefined || platform === system) return imagePath;
    this.problems.note(variable.name, {
      got: `an image for ${shown(platform)}`,
      expected: `an image for ${system}, as NIX_SYSTEM says`,
      fix: variable.fix,
    });
    return undefined;
  }

  refuse(variable: Variable<unknown>): void {
    const text = this.textOf(variable);
    this.problems.note(variable.name, {
      got: text === undefined ? `nothing: it is unset${this.misnamed(variable)}` : shown(text),
      expected: `${variable.expected}${text !== undefined && isUnsafe(text) ? TEMPLATE_HINT : ''}`,
      fix: variable.fix,
    });
  }

  /** The deployers' public keys; undefined after noting what else is in their file. */
  readAuthorizedKeys(): PublicKeys | undefined {
    const { keys, problems } = readAuthorizedKeys(AUTHORIZED_KEYS);
    if (problems.length === 0) return keys;
    this.problems.note(AUTHORIZED_KEYS, {
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
      this.problems.note(AUTHORIZED_KEYS, {
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
      this.problems.note(name, {
        got: shown(text),
        expected: 'nothing: with it Terraform would keep the state in another place than docs/state.md says',
        fix: `unset ${name}`,
      });
    }
  }

  /** A variable that may not be set when another is. */
  refuseBeside(variable: Variable<unknown>, other: Variable<unknown>): void {
    if (!this.isSet(variable)) return;
    this.problems.note(variable.name, {
      got: `${shown(this.textOf(variable))}, beside ${other.name}, which says it already`,
      expected: `one of the two: ${other.name}, which the wrappers set, or all by hand`,
      fix: `unset ${variable.name}   (or unset ${other.name})`,
    });
  }

  /** The variable's text, under its name or a former one; two that differ are a problem. */
  private textOf({ name, formerName, fix }: Variable<unknown>): string | undefined {
    const text = this.env[name];
    const former = formerName === undefined ? undefined : this.env[formerName];
    if (formerName === undefined || former === undefined || former === text) return text;
    if (text === undefined) return former;
    this.problems.note(formerName, {
      got: `${shown(former)}, beside ${name}, which is ${shown(text)}`,
      expected: `nothing, or the same: it is a former name of ${name}`,
      fix: `unset ${formerName}   (or ${fix})`,
    });
    return text;
  }

  /** Terraform's own way to set a variable does not work here: name it when it was tried. */
  private misnamed(variable: Variable<unknown>): string {
    const tried = Object.keys(this.env).find((name) => {
      const [, own] = /^TF_VAR_(.+)$/i.exec(name) ?? [];
      const meant = own?.toUpperCase().replace('AMI_PATH', 'IMAGE_PATH');
      return meant !== undefined && [variable.name, variable.formerName].includes(meant);
    });
    return tried ? ` (${tried} is set, but CDKTF removes all TF_VAR_ variables before synth)` : '';
  }
}

/** The public keys that may log in, in the project's folder, where synth runs. */
const AUTHORIZED_KEYS = 'authorized-keys';

/** The workspace and the folder of Terraform's data, and options in TF_CLI_ARGS and its likes. */
function movesState(name: string, text: string): boolean {
  if (name === 'TF_WORKSPACE' || name === 'TF_DATA_DIR') return true;
  return (
    name.startsWith('TF_CLI_ARGS') && /(^|\s)["']?--?(state|state-out|backend-config|chdir)\b/.test(text)
  );
}

const TEMPLATE_HINT =
  '\n            without ${, %{, TfToken and control characters: Terraform would read them as a template';
