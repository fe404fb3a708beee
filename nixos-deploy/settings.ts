import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

import { Failure } from './exit-status';
import { quoted } from './display';

/** One variable: how its text becomes a value, and what help and the construct say of it. */
export interface Setting<T> {
  /** Text that stands for an unset or empty variable; undefined where it is required. */
  readonly fallback: string | undefined;
  /** The default as people read it, where it is not the fallback's text. */
  readonly shown?: string;
  /** What is legal, as the end of "must be …". */
  readonly expected: string;
  /** What it is for, in what unit. */
  readonly help: string;
  /** What to do about a value that is refused. */
  readonly fix?: string;
  /** What is wrong with a text that must not be shown, as it may hold a password; undefined for others. */
  readonly secret?: (text: string) => string | undefined;
  /** The value, or undefined for a text that is refused. */
  readonly parse: (text: string) => T | undefined;
}

const WORD = '[A-Za-z0-9_][A-Za-z0-9._-]*';

const matching = (pattern: string, longest = 255) => {
  const whole = new RegExp(`^(?:${pattern})$`, 'u');
  return (text: string) => (text === '' || (text.length <= longest && whole.test(text)) ? text : undefined);
};

const whole = (fallback: number, least: number, most: number, help: string): Setting<number> => ({
  fallback: String(fallback),
  expected: `a whole number from ${least} to ${most}`,
  help,
  parse: (text) => {
    const value = /^(0|[1-9][0-9]{0,5})$/.test(text) ? Number(text) : NaN;
    return value >= least && value <= most ? value : undefined;
  },
});

const flag = (help: string): Setting<boolean> => ({
  fallback: '0',
  expected: '0 or 1',
  help,
  parse: (text) => (text === '0' || text === '1' ? text === '1' : undefined),
});

/** A jump host as ssh's ProxyJump takes it. */
export interface Jump {
  readonly user: string;
  readonly host: string;
  readonly port: string;
}

function parseJump(text: string): Jump | '' | undefined {
  if (text === '') return '';
  const found = new RegExp(`^(?:(${WORD})@)?(${WORD})(?::([1-9][0-9]{0,4}))?$`).exec(text);
  if (!found || text.length > 255 || Number(found[3] ?? 22) > 65535) return undefined;
  return { user: found[1] ?? '', host: found[2] ?? '', port: found[3] ?? '' };
}

/** A store path: Nix's base 32, and the characters of a name (Nix manual, "Store path"). */
export const STORE_PATH = '/nix/store/[0-9a-df-np-sv-z]{32}-[0-9A-Za-z+_?=-][0-9A-Za-z+._?=-]{0,210}';

/** Every variable, in the order of the help. */
export const SETTINGS = {
  TARGET_HOST: {
    fallback: undefined,
    expected: 'the address or name of the host',
    help: 'address or name of the host',
    fix: 'An instance that is stopped has no address: start it and deploy live, which then knows the new one',
    parse: matching('[A-Za-z0-9:_][A-Za-z0-9:._-]*'),
  },
  TOPLEVEL: {
    fallback: undefined,
    expected: 'the store path of a NixOS system, /nix/store/HASH-NAME',
    help: 'store path of the system (config.system.build.toplevel)',
    fix: 'Build one: nix build …#nixosConfigurations.NAME.config.system.build.toplevel',
    parse: matching(STORE_PATH),
  },
  INSTANCE_ID: {
    fallback: '',
    expected: 'an identifier such as i-0123456789abcdef0',
    help: 'identity of the host: a new one drops the old host key',
    parse: matching('[A-Za-z0-9][A-Za-z0-9._:-]*'),
  },
  SSH_USER: {
    fallback: 'root',
    expected: 'a user name',
    help: 'a user other than root needs sudo without a password',
    parse: matching(WORD, 64),
  },
  SSH_PORT: whole(22, 1, 65535, 'port of its ssh server'),
  SSH_IDENTITY_FILE: {
    fallback: '',
    shown: 'your agent and default keys',
    // ssh expands % and $ itself.
    expected: 'a path without %, $ and control characters',
    help: 'private key; without one, your agent and default keys',
    fix: 'Give the key a plainer name.',
    parse: matching('[^%$\\p{Cc}]+', 4096),
  },
  SSH_JUMP: {
    fallback: '',
    expected: '[user@]host[:port]',
    help: 'jump host, [user@]host[:port]',
    parse: parseJump,
  },
  KNOWN_HOSTS_FILE: {
    fallback: 'known_hosts',
    shown: './known_hosts',
    expected: 'a path without control characters',
    help: 'host keys of the project; yours are never touched',
    parse: matching('\\P{Cc}+', 4096),
  },
  HOST_KEY: {
    fallback: '',
    shown: 'console with an INSTANCE_ID, else first-use',
    expected: 'console or first-use',
    help: 'how a first host key is trusted. console: EC2 says what the instance INSTANCE_ID printed on its console (needs the AWS CLI and ec2:GetConsoleOutput); first-use: as it comes, unauthenticated',
    parse: (text: string) => (text === 'console' || text === 'first-use' || text === '' ? text : undefined),
  },
  HEALTH_CHECK: {
    fallback: '',
    expected: 'a command',
    help: 'command run here by bash; exit 0 is healthy; repeated until HEALTH_TIMEOUT; it finds TARGET_HOST and TOPLEVEL set',
    parse: (text: string) => text,
  },
  CONNECT_TIMEOUT: whole(
    300,
    1,
    86400,
    'seconds until the host answers; as many again for its key to be on the console',
  ),
  ACTIVATION_TIMEOUT: whole(600, 1, 86400, 'seconds that the switch may take'),
  HEALTH_TIMEOUT: whole(60, 1, 86400, 'seconds until it is healthy'),
  CONFIRM_TIMEOUT: whole(
    30,
    0,
    86400,
    'seconds more until the confirmation gets through; the host counts both from the end of the switch. 0: no confirmation and no health check, what switched without an error stays',
  ),
  KEEP_GENERATIONS: whole(5, 1, 999, 'generations kept on the host, garbage beyond collected'),
  SUBSTITUTE_ON_TARGET: flag(
    "1: the host first asks its own substituters. A TOPLEVEL that is not in this machine's store then comes from there",
  ),
  BINARY_CACHE: {
    fallback: '',
    expected: 'the URL of a binary cache',
    secret: (text: string) =>
      /^[^/]*\/\/[^/?]*@/.test(text)
        ? "must be a URL without user and password; got one with them. Let the host's netrc-file have them"
        : undefined,
    help: 'URL of a further substituter for it, implies the former',
    parse: matching(
      '(?:https?|s3|file)://[A-Za-z0-9][\\]\\[A-Za-z0-9./:_?&=%~@+-]*|file:///[A-Za-z0-9./_-]*',
      2048,
    ),
  },
  BINARY_CACHE_KEY: {
    fallback: '',
    expected: 'a public key, NAME:BASE64',
    help: "public key that the cache's paths are signed with",
    parse: matching('[A-Za-z0-9._-]+:[A-Za-z0-9+/=]+'),
  },
  BINARY_CACHE_KEY_FILE: {
    fallback: '',
    shown: '~/.local/state/nixos-deploy/binary-cache.key',
    expected: 'a path without control characters',
    help: 'secret key that push signs with, made when there is none; without a BINARY_CACHE_KEY the host trusts its public half',
    parse: matching('\\P{Cc}+', 4096),
  },
  TOPLEVELS: {
    fallback: '',
    shown: 'required for push',
    expected: 'store paths of systems, with a space between them',
    help: 'push only: the systems that shall be in BINARY_CACHE',
    parse: (text: string): readonly string[] | undefined =>
      text === '' ? [] : matching(`${STORE_PATH}(?: ${STORE_PATH})*`, 1 << 20)(text)?.split(' '),
  },
  SECRETS_DIR: {
    fallback: '',
    expected: 'a path without control characters',
    help: 'folder of age-encrypted files for systems that ask for secrets; none: those on the host stay as they are',
    parse: matching('\\P{Cc}+', 4096),
  },
  AGE_IDENTITY_FILE: {
    fallback: '',
    shown: '~/.ssh/id_ed25519',
    expected: 'a path without control characters',
    help: 'private key, of ssh or age, that decrypts them',
    parse: matching('\\P{Cc}+', 4096),
  },
  HOST_NAME: {
    fallback: '',
    expected: 'a name of letters, digits, hyphens, dots and underscores',
    help: 'what the host is called in OUTCOME_FOLDER',
    parse: matching(WORD),
  },
  OUTCOME_FOLDER: {
    fallback: '',
    expected: 'a path without control characters',
    help: 'folder that gets how it ended, in HOST_NAME.json, for a summary of several hosts',
    parse: matching('\\P{Cc}+', 4096),
  },
  ALLOW_FAILED_UNITS: flag('1: keep a system of which units failed'),
  ALLOW_REBOOT: flag('1: reboot where NixOS refuses to switch a running system'),
} as const satisfies Readonly<Record<string, Setting<unknown>>>;

export type Name = keyof typeof SETTINGS;

/** Names are those of the environment. */
export type Settings = {
  readonly [K in Name]: Exclude<ReturnType<(typeof SETTINGS)[K]['parse']>, undefined>;
};

/** What nixos-deploy is asked to do. */
export type Action = 'deploy' | 'status' | 'health' | 'push';

/** What each action cannot do without. */
const REQUIRED = {
  deploy: ['TARGET_HOST', 'TOPLEVEL'],
  status: ['TARGET_HOST'],
  health: ['TARGET_HOST'],
  push: [],
} as const satisfies Readonly<Record<Action, readonly Name[]>>;

/** Reads the environment; every problem is reported in one go. Relative paths are those of the caller. */
export function readSettings(env: NodeJS.ProcessEnv, action: Action): Settings {
  const problems: string[] = [];
  const report = (name: Name, expected: string, fix?: string) => {
    const got = env[name];
    const shown = got === undefined ? 'nothing' : quoted(got);
    problems.push(`${name} must be ${expected}; got: ${shown}${fix === undefined ? '' : `. ${fix}`}`);
  };
  const read = <K extends Name>(name: K): Settings[K] => {
    const setting: Setting<unknown> = SETTINGS[name];
    const text = env[name] === undefined || env[name] === '' ? setting.fallback : env[name];
    const required = setting.fallback === undefined && (REQUIRED[action] as readonly Name[]).includes(name);
    const secret = setting.secret?.(text ?? '');
    if (secret !== undefined) problems.push(`${name} ${secret}`);
    const value = text === undefined && required ? undefined : setting.parse(text ?? '');
    if (value === undefined && secret === undefined) report(name, setting.expected, setting.fix);
    // The table says which type each name has; a value that was refused is never used: see the end.
    return value as Settings[K];
  };
  const values = Object.fromEntries(NAMES.map((name) => [name, read(name)])) as unknown as Settings;
  const { XDG_STATE_HOME = '', HOME = '' } = env;
  const settings: Settings = {
    ...values,
    // A host with an identity can be asked for its key; one that is only an address cannot.
    HOST_KEY: values.HOST_KEY !== '' ? values.HOST_KEY : values.INSTANCE_ID === '' ? 'first-use' : 'console',
    SUBSTITUTE_ON_TARGET: values.SUBSTITUTE_ON_TARGET || values.BINARY_CACHE !== '',
    BINARY_CACHE_KEY_FILE:
      values.BINARY_CACHE_KEY_FILE ||
      `${XDG_STATE_HOME || `${HOME}/.local/state`}/nixos-deploy/binary-cache.key`,
    AGE_IDENTITY_FILE: values.AGE_IDENTITY_FILE || `${HOME}/.ssh/id_ed25519`,
  };
  if (problems.length === 0) checkTogether(settings, action, Boolean(env.SSH_AUTH_SOCK), report);
  if (problems.length > 0) {
    throw new Failure(
      'refused',
      'not deployed, values refused:',
      ...problems,
      'All variables: nixos-deploy --help',
    );
  }
  const absolute = (path: string) => (path === '' ? '' : resolve(path));
  return {
    ...settings,
    KNOWN_HOSTS_FILE: absolute(settings.KNOWN_HOSTS_FILE),
    SSH_IDENTITY_FILE: absolute(settings.SSH_IDENTITY_FILE),
    SECRETS_DIR: absolute(settings.SECRETS_DIR),
    AGE_IDENTITY_FILE: absolute(settings.AGE_IDENTITY_FILE),
    BINARY_CACHE_KEY_FILE: absolute(settings.BINARY_CACHE_KEY_FILE),
  };
}

/** Every name, in the order of the help. */
export const NAMES = Object.keys(SETTINGS) as readonly Name[];

type Report = (name: Name, expected: string, fix?: string) => void;

/** What is wrong with values that are right by themselves. */
function checkTogether(settings: Settings, action: Action, hasAgent: boolean, report: Report): void {
  if (action === 'health') {
    if (settings.HEALTH_CHECK === '') report('HEALTH_CHECK', SETTINGS.HEALTH_CHECK.expected);
    return; // nobody connects
  }
  if (settings.HOST_KEY === 'console' && settings.INSTANCE_ID === '') {
    report('INSTANCE_ID', 'set where HOST_KEY is console');
  }
  if (settings.HEALTH_CHECK !== '' && settings.CONFIRM_TIMEOUT === 0) {
    report('CONFIRM_TIMEOUT', 'at least 1 with a HEALTH_CHECK, whose failure could not be undone otherwise');
  }
  if (settings.BINARY_CACHE_KEY !== '' && settings.BINARY_CACHE === '') {
    report('BINARY_CACHE', 'set where BINARY_CACHE_KEY is');
  }
  if (action === 'push' && settings.TOPLEVELS.length === 0) {
    report('TOPLEVELS', SETTINGS.TOPLEVELS.expected);
  }
  if (settings.SSH_IDENTITY_FILE !== '' && !isReadableFile(settings.SSH_IDENTITY_FILE)) {
    report('SSH_IDENTITY_FILE', 'a file that can be read');
  } else if (settings.SSH_IDENTITY_FILE !== '' && !hasAgent && isEncrypted(settings.SSH_IDENTITY_FILE)) {
    report(
      'SSH_IDENTITY_FILE',
      'a key without a passphrase, since there is no agent (SSH_AUTH_SOCK) and nobody to ask',
      'Start ssh-agent and ssh-add the key, or give one without.',
    );
  }
  if (action === 'deploy') checkToplevel(settings, report);
}

function isReadableFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** A private key that takes a passphrase: in OpenSSH's own format, or in PEM. */
function isEncrypted(path: string): boolean {
  const text = readFileSync(path, 'latin1').slice(0, 65536);
  if (/^(?:Proc-Type: 4,ENCRYPTED|-----BEGIN ENCRYPTED PRIVATE KEY-----)/m.test(text)) return true;
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)/.exec(text)?.[1];
  // PROTOCOL.key of OpenSSH: a magic, then the name of the cipher.
  const [magic, cipher] = [Buffer.from('openssh-key-v1\0'), Buffer.from('\0\0\0\u0004none')];
  const bytes = Buffer.from(body ?? '', 'base64');
  return (
    bytes.subarray(0, magic.length).equals(magic) &&
    !bytes.subarray(magic.length, magic.length + cipher.length).equals(cipher)
  );
}

function checkToplevel({ TOPLEVEL, SUBSTITUTE_ON_TARGET }: Settings, report: Report): void {
  if (existsSync(TOPLEVEL)) {
    if (!existsSync(`${TOPLEVEL}/bin/switch-to-configuration`)) {
      report(
        'TOPLEVEL',
        'a NixOS system, with bin/switch-to-configuration in it',
        'Give config.system.build.toplevel.',
      );
    }
  } else if (!SUBSTITUTE_ON_TARGET) {
    report(
      'TOPLEVEL',
      'in the store of this machine',
      'Build it here first, or set SUBSTITUTE_ON_TARGET=1 where a binary cache has it.',
    );
  }
}
