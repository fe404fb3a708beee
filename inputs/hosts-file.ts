import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Port } from '../constructs/host-security-group';
import type { Host, ImmutableHost, LiveHost } from './hosts';
import { NIX_SYSTEMS, type NixSystem } from '../constructs/nix-system';
import { Problems, shown } from './problems';
import { readSmallFile } from '../files/small-file';
import {
  BOOTSTRAP_FILE,
  BOOTSTRAP_IMAGE_PATH,
  HOSTS_FILE,
  isUnsafe,
  LIVE_CONFIG_PATH,
  type Variable,
} from './variables';

/** What HOSTS_FILE says: Nix evaluates it, and builds nothing for it. */
export interface HostsRecord {
  readonly live: readonly (LiveHost & { readonly system: NixSystem })[];
  readonly immutable: readonly ImmutableHost[];
  /** Release of nixpkgs, such as 26.05: which official AMI is a host's. Absent: no hardware is asked for. */
  readonly release?: string;
}

/** The disk image that new instances of live hosts boot first. */
export interface BootstrapImage {
  readonly imagePath: string;
  /** What builds it; absent: it is there. */
  readonly derivation?: string;
}

type AnyHost = HostsRecord['live'][number] | ImmutableHost;

/** Read the file; every problem is noted with its path in it, such as `hosts.web.public.tcp[2]`. */
export function readHostsFile(path: string, problems: Problems, secrets = 'secrets'): HostsRecord {
  const json = parse(HOSTS_FILE, path, problems);
  if (json === undefined) return { live: [], immutable: [] };
  const top = new Facts(json, '', problems, secrets);
  top.allowOnly(['hosts', 'release']);
  const hosts = top.members('hosts').flatMap(([name, host]) => readReplicas(name, host));
  refuseNamesTwice(hosts, problems);
  const release = top.optional('release', isRelease, 'a release of nixpkgs, such as 26.05');
  return {
    live: hosts.filter((host): host is HostsRecord['live'][number] => 'toplevel' in host),
    immutable: hosts.filter((host): host is ImmutableHost => 'imagePath' in host),
    ...(release !== undefined && { release }),
  };
}

/**
 * The hosts whose systems are deployed, as HOSTS_FILE names them; none where the variable is not set.
 *
 * @throws InputsError naming every problem of the file.
 */
export function readLiveHosts(env: Readonly<Record<string, string | undefined>>): readonly LiveHost[] {
  if (env.HOSTS_FILE === undefined) return [];
  const problems = new Problems();
  const { live } = readHostsFile(env.HOSTS_FILE, problems);
  problems.throwIfAny((count) => `HOSTS_FILE has ${count}:`);
  return live;
}

/** Read the file of BOOTSTRAP_FILE; every problem is noted with its path in it, such as `bootstrap.image`. */
export function readBootstrapFile(path: string, problems: Problems): BootstrapImage | undefined {
  const json = parse(BOOTSTRAP_FILE, path, problems);
  if (json === undefined) return undefined;
  const facts = new Facts(json, 'bootstrap', problems, '');
  facts.allowOnly(['image', 'derivation']);
  const imagePath = facts.image();
  return imagePath === undefined ? undefined : { imagePath, ...defined({ derivation: facts.derivation() }) };
}

function parse(variable: Variable<string>, path: string, problems: Problems): unknown {
  try {
    return JSON.parse(readSmallFile(path).toString('utf8'));
  } catch (error) {
    problems.note(variable.name, {
      got: `${shown(path)}: ${error instanceof Error ? error.message : String(error)}`,
      expected: variable.expected,
      fix: variable.fix,
    });
    return undefined;
  }
}

/** The host of that name, and NAME-2, NAME-3, … beside it. */
function readReplicas(name: string, facts: Facts): readonly AnyHost[] {
  const host = readHost(name, facts);
  const replicas = facts.number('replicas', 1, 1000) ?? 1;
  if (host === undefined) return [];
  return Array.from({ length: replicas }, (_, index) =>
    index === 0 ? host : { ...host, name: `${name}-${index + 1}` },
  );
}

function readHost(name: string, facts: Facts): AnyHost | undefined {
  if (!HOST_NAME.test(name)) {
    facts.refuse(
      '',
      `the name ${shown(name)}`,
      'a name of lower-case letters, digits and inner hyphens, at most 63',
    );
  }
  facts.allowOnly(KEYS);
  const system = facts.required(
    'system',
    (value) => NIX_SYSTEMS.find((one) => one === value),
    NIX_SYSTEMS.join(' or '),
  );
  const wave = facts.number('wave', 0, 1000) ?? 0;
  const secrets = facts.secrets();
  const derivation = facts.derivation();
  const common = {
    name,
    tcpPorts: facts.ports('tcp'),
    udpPorts: facts.ports('udp'),
    ...defined({
      instanceType: facts.optional('instanceType', isInstanceType, 'an EC2 instance type, such as t3.small'),
      rootVolumeGib: facts.number('rootVolumeGib', 1, 16384),
      healthCheck: facts.optional(
        'healthCheck',
        isCommand,
        `a command without \${, %{ and TfToken: Terraform would read them as a template`,
      ),
      derivation,
      ...readPlace(facts),
    }),
  } satisfies Host & { derivation?: string };

  if (facts.has('image')) {
    if (facts.has('toplevel')) facts.refuse('toplevel', 'a system beside an image', 'one of the two');
    const imagePath = facts.image();
    return system && imagePath !== undefined ? { ...common, system, imagePath } : undefined;
  }
  const toplevel = facts.required('toplevel', textOf(LIVE_CONFIG_PATH.parse), LIVE_CONFIG_PATH.expected);
  return system && toplevel !== undefined ? { ...common, system, toplevel, wave, secrets } : undefined;
}

/** Where its instance is, and as whom. What contradicts itself is refused by nix/modules/deployment.nix as well. */
function readPlace(facts: Facts) {
  const place = {
    subnetId: facts.optional('subnetId', isSubnetId, 'the id of a subnet, such as subnet-0123456789abcdef0'),
    vpcId: facts.optional('vpcId', isVpcId, 'the id of a VPC, such as vpc-0123456789abcdef0'),
    publicAddress: facts.flag('publicAddress'),
    stableAddress: facts.flag('stableAddress'),
    instanceProfile: facts.optional('instanceProfile', isProfileName, 'the name of an instance profile'),
    sessionManager: facts.flag('sessionManager'),
    binaryCache: facts.flag('binaryCache'),
  };
  if (facts.has('vpcId') && !facts.has('subnetId')) {
    facts.refuse(
      'subnetId',
      'nothing, beside vpcId',
      'a subnet of that VPC: without one it is the default VPC',
    );
  }
  if (place.publicAddress === false && !facts.has('subnetId')) {
    facts.refuse(
      'subnetId',
      'nothing, beside publicAddress = false',
      'a subnet: one of the default VPC gives every instance a public address',
    );
  }
  if (place.stableAddress === true && place.publicAddress === false) {
    facts.refuse('stableAddress', 'true, beside publicAddress = false', 'one of the two: it is public');
  }
  if (place.sessionManager === true && facts.has('instanceProfile')) {
    facts.refuse(
      'sessionManager',
      'true, beside instanceProfile',
      'one of the two: an instance has one profile, and yours can have AmazonSSMManagedInstanceCore attached',
    );
  }
  return place;
}

function refuseNamesTwice(hosts: readonly Host[], problems: Problems): void {
  const names = hosts.map(({ name }) => name);
  for (const name of new Set(names.filter((one, index) => names.indexOf(one) !== index))) {
    problems.note(`hosts.${name}`, {
      got: 'a host and a replica of that name',
      expected: 'names that are no replica’s',
      fix: FIX,
    });
  }
}

/** An object of the file, and where it is in it. */
class Facts {
  private readonly members_: Readonly<Record<string, unknown>>;

  constructor(
    value: unknown,
    private readonly path: string,
    private readonly problems: Problems,
    private readonly folder: string,
  ) {
    this.members_ = isObject(value) ? value : {};
    if (!isObject(value)) this.refuse('', shown(value), 'an object');
  }

  /** Whether there is a value; null is none, as in Nix. */
  has(key: string): boolean {
    return (this.members_[key] ?? null) !== null;
  }

  facts(key: string): Facts {
    return new Facts(this.members_[key], this.at(key), this.problems, this.folder);
  }

  members(key: string): readonly (readonly [string, Facts])[] {
    const value = this.members_[key];
    const names = isObject(value) ? Object.keys(value) : [];
    if (names.length === 0) this.refuse(key, shown(value), 'at least one host, by its name');
    const inner = names.length > 0 ? this.facts(key) : undefined;
    return inner ? names.map((name) => [name, inner.facts(name)] as const) : [];
  }

  refuse(key: string, got: string, expected: string, fix = FIX): void {
    this.problems.note(this.at(key), { got, expected, fix });
  }

  allowOnly(keys: readonly string[]): void {
    for (const key of Object.keys(this.members_).filter((one) => !keys.includes(one))) {
      this.refuse(key, shown(this.members_[key]), `nothing of that name, only ${keys.join(', ')}`);
    }
  }

  required<T>(key: string, parse: (value: unknown) => T | undefined, expected: string): T | undefined {
    const value = this.members_[key];
    const parsed = parse(value);
    if (parsed === undefined) this.refuse(key, shown(value), expected);
    return parsed;
  }

  optional<T>(key: string, parse: (value: unknown) => T | undefined, expected: string): T | undefined {
    return this.has(key) ? this.required(key, parse, expected) : undefined;
  }

  flag(key: string): boolean | undefined {
    return this.optional(key, (value) => (typeof value === 'boolean' ? value : undefined), 'true or false');
  }

  number(key: string, least: number, most: number): number | undefined {
    const parse = (value: unknown) => (isWhole(value, least, most) ? value : undefined);
    return this.optional(key, parse, `a whole number from ${least} to ${most}`);
  }

  image(): string | undefined {
    return this.required('image', textOf(BOOTSTRAP_IMAGE_PATH.parse), BOOTSTRAP_IMAGE_PATH.expected);
  }

  derivation(): string | undefined {
    return this.optional(
      'derivation',
      isDerivation,
      'the store path of a derivation, /nix/store/<32 characters>-<name>.drv',
    );
  }

  ports(protocol: 'tcp' | 'udp'): readonly Port[] {
    if (!this.has('public')) return [];
    const facts = this.facts('public');
    facts.allowOnly(['tcp', 'udp']);
    const list = facts.members_[protocol] ?? [];
    if (!Array.isArray(list)) {
      facts.refuse(protocol, shown(list), 'a list of ports');
      return [];
    }
    return list.flatMap((value: unknown, index) => {
      const port = portOf(value);
      if (port === undefined) {
        facts.refuse(
          `${protocol}[${index}]`,
          shown(value),
          'a port from 1 to 65535, or { "from": …, "to": … } of two',
        );
      } else if (protocol === 'tcp' && includes(port, SSH_PORT)) {
        facts.refuse(
          `${protocol}[${index}]`,
          shown(value),
          `no port ${SSH_PORT}: SSH_CIDRS says who may reach it`,
        );
      }
      return port === undefined ? [] : [port];
    });
  }

  /** Names of the files that the secrets are in, each of which must be there. */
  secrets(): readonly string[] {
    if (!this.has('secrets')) return [];
    const facts = this.facts('secrets');
    const files = Object.keys(facts.members_).flatMap((name) => {
      const file = facts.required(name, isSecretFile, 'the name of a file that ends in .age');
      if (file === undefined) return [];
      const secret = file.slice(0, -'.age'.length);
      if (!existsSync(join(this.folder, file))) {
        facts.refuse(
          name,
          `no file ${join(this.folder, file)}`,
          'a file encrypted with age: the system asks for it',
          `npm run secrets -- edit ${secret}`,
        );
      }
      return [secret];
    });
    return [...new Set(files)].sort();
  }

  private at(key: string): string {
    if (this.path === '' || key === '') return this.path + key || 'HOSTS_FILE';
    return `${this.path}.${key}`;
  }
}

const KEYS = [
  'system',
  'toplevel',
  'image',
  'derivation',
  'public',
  'secrets',
  'instanceType',
  'rootVolumeGib',
  'healthCheck',
  'wave',
  'replicas',
  'subnetId',
  'vpcId',
  'publicAddress',
  'stableAddress',
  'instanceProfile',
  'sessionManager',
  'binaryCache',
];
const FIX = 'the hosts of flake.nix, or the module of the host';
const SSH_PORT = 22;
/** As in a DNS label: it is a host name, and becomes part of the names of resources. */
const HOST_NAME = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

function portOf(value: unknown): Port | undefined {
  if (isPort(value)) return value;
  if (!isObject(value) || Object.keys(value).sort().join() !== 'from,to') return undefined;
  const { from, to } = value;
  return isPort(from) && isPort(to) && from <= to ? { from, to } : undefined;
}

function includes(port: Port, one: number): boolean {
  return typeof port === 'number' ? port === one : port.from <= one && one <= port.to;
}

function isPort(value: unknown): value is number {
  return isWhole(value, 1, 65535);
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && least <= value && value <= most;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A parser of safe texts as one of values. */
function textOf(parseText: (text: string) => string | undefined): (value: unknown) => string | undefined {
  return (value) => (typeof value === 'string' && !isUnsafe(value) ? parseText(value) : undefined);
}

const matching = (pattern: RegExp) => textOf((text) => (pattern.test(text) ? text : undefined));
const isRelease = matching(/^\d\d\.\d\d$/);
const isInstanceType = matching(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/);
const isSubnetId = matching(/^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/);
const isVpcId = matching(/^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/);
const isProfileName = matching(/^[\w+=,.@-]{1,128}$/); // https://docs.aws.amazon.com/IAM/latest/APIReference/API_InstanceProfile.html
const isDerivation = matching(/^\/nix\/store\/[0-9a-df-np-sv-z]{32}-[0-9A-Za-z+._?=-]+\.drv$/);
const isSecretFile = matching(/^[A-Za-z0-9_][A-Za-z0-9._-]*\.age$/);

/** Lines are legal in a command, unlike anywhere else. */
function isCommand(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' && !isUnsafe(value.replace(/[\n\t]/g, ' '))
    ? value.trim()
    : undefined;
}

/** Without the members that are undefined. */
function defined<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
