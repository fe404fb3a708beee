import { DataAwsSubnet } from '@cdktf/provider-aws/lib/data-aws-subnet';
import type { TerraformStack } from 'cdktf';

import type { BinaryCacheBucket } from '../constructs/binary-cache-bucket';
import { BinaryCacheRole } from '../constructs/binary-cache-role';
import { HostSecurityGroup } from '../constructs/host-security-group';
import { NixosHost, type NixosHostProps } from '../constructs/nixos-host';
import { SessionManagerRole } from '../constructs/session-manager-role';
import { StableAddress } from '../constructs/stable-address';
import type { Host } from '../inputs/hosts';

/** What an instance is beside what the facts of its host say. */
export interface Placement
  extends Pick<NixosHostProps, 'image' | 'keyPair' | 'healthCheck' | 'replaceOnImageChange'> {
  /** What follows the names of the parts in the stack: nothing where there is one host. */
  readonly suffix: string;
  /** Start of the names in AWS. */
  readonly namePrefix: string;
  /**
   * Who may reach port 22, in CIDR notation.
   * @default nobody
   */
  readonly sshCidrs?: readonly string[];
  /**
   * The cache for hosts whose system comes from one.
   * @default there is none
   */
  readonly binaryCache?: BinaryCacheBucket;
}

/** A host that has an instance, and where it is reached. */
export interface PlacedHost {
  readonly host: NixosHost;
  readonly instanceId: string;
  readonly address: string;
  /** Where the world asks it: at the first of its public TCP ports. */
  readonly url: string;
  readonly securityGroup: HostSecurityGroup;
  /** Absent unless its facts ask for one. */
  readonly stableAddress?: StableAddress;
}

/** Make the instance of a host, its security group, and what its facts say of network and address. */
export function placeHost(stack: TerraformStack, host: Host, placement: Placement): PlacedHost {
  const { name, tcpPorts, udpPorts, instanceType, rootVolumeGib, publicAddress } = host;
  const { suffix, namePrefix, sshCidrs, binaryCache, ...instance } = placement;
  const subnet = host.subnetId === undefined ? undefined : findSubnet(stack, host.subnetId);
  const vpcId = host.vpcId ?? subnet?.vpcId;
  const securityGroup = new HostSecurityGroup(stack, `security_group${suffix}`, {
    namePrefix,
    tcpPorts,
    udpPorts,
    ...(sshCidrs && { sshCidrs }),
    ...(vpcId !== undefined && { vpcId }),
  });

  const instanceProfile = profileOf(stack, host, namePrefix, binaryCache);
  const tag = `${stack.node.id}-${name}`;
  const made = new NixosHost(stack, `host${suffix}`, {
    securityGroup,
    name: tag,
    ...instance,
    ...(instanceType !== undefined && { instanceType }),
    ...(rootVolumeGib !== undefined && { rootVolumeGib }),
    ...(subnet && { subnet }),
    ...(publicAddress !== undefined && { publicAddress }),
    ...(instanceProfile !== undefined && { instanceProfile }),
  });
  const stableAddress = host.stableAddress
    ? new StableAddress(stack, `stable_address${suffix}`, { host: made, name: tag })
    : undefined;
  const address = stableAddress?.address.publicIp ?? made.address;
  return {
    host: made,
    instanceId: made.instance.id,
    address,
    url: urlOf(address, tcpPorts),
    securityGroup,
    ...(stableAddress && { stableAddress }),
  };
}

function urlOf(address: string, [first = HTTP]: Host['tcpPorts']): string {
  const port = typeof first === 'number' ? first : first.from;
  if (port === HTTPS) return `https://${address}/`;
  return port === HTTP ? `http://${address}/` : `http://${address}:${port}/`;
}

const HTTP = 80;
const HTTPS = 443;

/** One that is said, or one that is made for what the host asks for: an instance has one. */
function profileOf(
  stack: TerraformStack,
  host: Host,
  namePrefix: string,
  cache: BinaryCacheBucket | undefined,
): string | undefined {
  const reads = host.binaryCache && cache;
  if (host.instanceProfile !== undefined) return host.instanceProfile;
  if (host.sessionManager) {
    const role = findSessionManagerRole(stack, namePrefix);
    if (reads) cache.letRead(role.role);
    return role.instanceProfile.name;
  }
  return reads ? findBinaryCacheRole(stack, namePrefix, cache).instanceProfile.name : undefined;
}

/** Hosts share the look at their subnet. */
function findSubnet(stack: TerraformStack, id: string): DataAwsSubnet {
  const found = stack.node.tryFindChild(id);
  return found instanceof DataAwsSubnet ? found : new DataAwsSubnet(stack, id, { id });
}

/** Hosts share the role: it is the same for all. */
function findSessionManagerRole(stack: TerraformStack, namePrefix: string): SessionManagerRole {
  const id = 'session_manager_role';
  const found = stack.node.tryFindChild(id);
  return found instanceof SessionManagerRole ? found : new SessionManagerRole(stack, id, { namePrefix });
}

function findBinaryCacheRole(
  stack: TerraformStack,
  namePrefix: string,
  cache: BinaryCacheBucket,
): BinaryCacheRole {
  const id = 'binary_cache_role';
  const found = stack.node.tryFindChild(id);
  return found instanceof BinaryCacheRole ? found : new BinaryCacheRole(stack, id, { namePrefix, cache });
}
