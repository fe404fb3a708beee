import { statSync } from 'node:fs';
import { isIP } from 'node:net';

import ipaddr from 'ipaddr.js';

import { NIX_SYSTEMS, type NixSystem } from '../constructs/nix-system';
import { STORE_PATH } from '../nixos-deploy/settings';

/** In place of a bootstrap image: the newest official NixOS AMI, or one AMI by its id. */
export type BootstrapAmi = 'registry' | `ami-${string}`;

/** One environment variable: how its text becomes a value, and how a user sets it. */
export interface Variable<T> {
  readonly name: string;
  /** A name that it had before, which goes on working. */
  readonly formerName?: string;
  /** What is legal, as the end of "expected …". */
  readonly expected: string;
  /** The command that sets it. */
  readonly fix: string;
  /** Returns the value, or undefined for a text that is refused. */
  readonly parse: (text: string) => T | undefined;
}

export const HOSTS_FILE: Variable<string> = {
  name: 'HOSTS_FILE',
  expected: 'the absolute path of the JSON file that Nix evaluates from the hosts of flake.nix',
  fix: 'nix run .#live -- diff   (sets the variable)',
  parse: (text) => (text.startsWith('/') ? text : undefined),
};

export const BOOTSTRAP_FILE: Variable<string> = {
  name: 'BOOTSTRAP_FILE',
  expected: 'the absolute path of the JSON file that Nix evaluates from nix/bootstrap.nix; or BOOTSTRAP_AMI',
  fix: 'nix run .#live -- diff   (sets the variable)',
  parse: (text) => (text.startsWith('/') ? text : undefined),
};

export const NIX_SYSTEM: Variable<NixSystem> = {
  name: 'NIX_SYSTEM',
  expected: NIX_SYSTEMS.join(' or '),
  fix: 'export NIX_SYSTEM=x86_64-linux   (the wrappers set HOSTS_FILE in its place)',
  parse: (text) => NIX_SYSTEMS.find((system) => system === text),
};

export const IMAGE_PATH: Variable<string> = {
  ...imagePath('IMAGE_PATH', 'nix run .#immutable -- diff   (sets HOSTS_FILE in its place)'),
  formerName: 'IPLZ_IMAGE_PATH',
};

export const BOOTSTRAP_IMAGE_PATH: Variable<string> = imagePath(
  'BOOTSTRAP_IMAGE_PATH',
  'nix run .#live -- diff   (sets BOOTSTRAP_FILE in its place)',
);

export const BOOTSTRAP_AMI: Variable<BootstrapAmi> = {
  name: 'BOOTSTRAP_AMI',
  expected:
    'registry, or the id of an AMI such as ami-0123456789abcdef0; and no BOOTSTRAP_IMAGE_PATH beside it',
  fix: 'export BOOTSTRAP_AMI=registry   (or unset it to boot your own image)',
  parse: (text) => (text === 'registry' ? text : isAmiId(text) ? text : undefined),
};

export const LIVE_CONFIG_PATH: Variable<string> = {
  name: 'LIVE_CONFIG_PATH',
  expected: 'the store path of a system, /nix/store/<32 characters>-<name>',
  fix: 'nix run .#live -- diff   (sets HOSTS_FILE in its place)',
  parse: (text) => (new RegExp(`^${STORE_PATH}$`).test(text) ? text : undefined),
};

export const SSH_CIDRS: Variable<readonly string[]> = {
  name: 'SSH_CIDRS',
  expected:
    'networks in CIDR notation, comma-separated, such as 203.0.113.7/32 or 2001:db8::/48, none wider than /8 or, of IPv6, /16; or the one word world',
  fix: 'export SSH_CIDRS="$(curl -s https://checkip.amazonaws.com)/32"   (your own address, as AWS sees it)',
  parse: (text) => {
    if (text === 'world') return WORLD;
    const cidrs = text.split(',').map((cidr) => cidr.trim());
    return cidrs.every(isCidr) ? cidrs : undefined;
  },
};

export const STATE_BUCKET: Variable<string> = {
  name: 'STATE_BUCKET',
  expected: 'the name of an S3 bucket: 3 to 63 lower-case letters, digits, hyphens and dots, as S3 allows',
  fix: 'export STATE_BUCKET=state-<something of yours>   (or unset it to keep the state in a local file)',
  parse: (text) => (isBucketName(text) ? text : undefined),
};

/**
 * Whether Terraform or cdktf would read the text as a template, or a terminal
 * as a command: such a value is refused whatever the variable.
 */
export function isUnsafe(text: string): boolean {
  return /\$\{|%\{|TfToken|\p{Cc}|\p{Zl}|\p{Zp}/u.test(text);
}

function imagePath(name: string, fix: string): Variable<string> {
  return {
    name,
    expected: 'the absolute path of a disk image that ends in .vhd (a regular file, if it exists yet)',
    fix,
    parse: (text) => (/^\/.*[^/]\.vhd$/u.test(text) && isFileOrAbsent(text) ? text : undefined),
  };
}

function isFileOrAbsent(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return true; // not built yet: a plan needs the path alone
  }
}

function isAmiId(text: string): text is `ami-${string}` {
  return /^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(text);
}

const WORLD: readonly string[] = ['0.0.0.0/0', '::/0'];

/**
 * A network address with its prefix length and no host bits, which EC2 refuses, and no wider
 * than what one organisation has: who means everybody says so (docs/decisions/12-ssh-from-everywhere.md).
 */
function isCidr(text: string): boolean {
  const [address = '', prefix = ''] = text.split('/');
  if (!isIP(address) || !ipaddr.isValidCIDR(text)) return false;
  if (Number(prefix) < (isIP(address) === 4 ? 8 : 16)) return false;
  const network = isIP(address) === 4 ? ipaddr.IPv4 : ipaddr.IPv6;
  return network.networkAddressFromCIDR(text).toString() === ipaddr.parse(address).toString();
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function isBucketName(text: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text) &&
    !text.includes('..') &&
    !isIP(text) &&
    !/^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(text)
  );
}
