import { SecurityGroup, type SecurityGroupIngress } from '@cdktf/provider-aws/lib/security-group';
import { Token } from 'cdktf';
import { Construct } from 'constructs';

/** A port, or all from one to another. */
export type Port = number | { readonly from: number; readonly to: number };

export interface HostSecurityGroupProps {
  /** Start of the group's name; AWS completes it to a unique one. */
  readonly namePrefix: string;
  /** TCP ports that everybody may reach. */
  readonly tcpPorts: readonly Port[];
  /**
   * UDP ports that everybody may reach.
   * @default none
   */
  readonly udpPorts?: readonly Port[];
  /**
   * Who may reach port 22, in CIDR notation. What is known at apply alone must be IPv4.
   * @default nobody
   */
  readonly sshCidrs?: readonly string[];
  /**
   * The VPC that it is of, and that the hosts in it must be of.
   * @default the default VPC
   */
  readonly vpcId?: string;
}

/** A security group as a host needs it: a `HostSecurityGroup`, a `SecurityGroup`, a `DataAwsSecurityGroup`. */
export interface SecurityGroupReference {
  readonly id: string;
  /**
   * The VPC that it is of.
   * @default not known, and not compared with a subnet's
   */
  readonly vpcId?: string;
}

/** What may reach a host; the host itself may reach everything. */
export class HostSecurityGroup extends Construct implements SecurityGroupReference {
  readonly securityGroup: SecurityGroup;
  readonly id: string;
  readonly vpcId: string;

  constructor(scope: Construct, id: string, props: HostSecurityGroupProps) {
    super(scope, id);
    const tcp = props.tcpPorts.map((port) => rangeOf('tcpPorts', port));
    const udp = (props.udpPorts ?? []).map((port) => rangeOf('udpPorts', port));
    if (tcp.some(({ from, to }) => isKnown(from, to) && from <= SSH_PORT && SSH_PORT <= to)) {
      throw new Error('tcpPorts must not contain 22: name who may reach it in sshCidrs');
    }

    this.securityGroup = new SecurityGroup(this, 'Default', {
      namePrefix: props.namePrefix,
      description: 'A NixOS host and the ports it serves',
      ...(props.vpcId !== undefined && { vpcId: props.vpcId }),
      ingress: [
        ...tcp.map((range) => ingress('tcp', range, ANYWHERE)),
        ...udp.map((range) => ingress('udp', range, ANYWHERE)),
        ...(props.sshCidrs?.length ? [ingress('tcp', { from: SSH_PORT, to: SSH_PORT }, props.sshCidrs)] : []),
      ],
      egress: [{ fromPort: 0, toPort: 0, protocol: '-1', ...byFamily(ANYWHERE) }],
      lifecycle: { createBeforeDestroy: true },
    });
    this.id = this.securityGroup.id;
    this.vpcId = this.securityGroup.vpcId;
  }
}

const SSH_PORT = 22;
const ANYWHERE: readonly string[] = ['0.0.0.0/0', '::/0'];

interface PortRange {
  readonly from: number;
  readonly to: number;
}

function rangeOf(name: string, port: Port): PortRange {
  const range = typeof port === 'number' ? { from: port, to: port } : port;
  const { from, to } = range;
  const legal = [from, to].every(
    (one) => !isKnown(one) || (Number.isInteger(one) && one >= 1 && one <= 65535),
  );
  if (!legal || (isKnown(from, to) && from > to)) {
    throw new Error(
      `${name} must be from 1 to 65535, a range from low to high, got: ${JSON.stringify(port)}`,
    );
  }
  return range;
}

/** Are these numbers themselves, not stand-ins for what is known at apply alone? */
function isKnown(...ports: readonly number[]): boolean {
  return !ports.some((port) => Token.isUnresolved(port));
}

function ingress(protocol: string, { from, to }: PortRange, cidrs: readonly string[]): SecurityGroupIngress {
  return { fromPort: from, toPort: to, protocol, ...byFamily(cidrs) };
}

function byFamily(cidrs: readonly string[]) {
  return {
    cidrBlocks: cidrs.filter((cidr) => !cidr.includes(':')),
    ipv6CidrBlocks: cidrs.filter((cidr) => cidr.includes(':')),
  };
}
