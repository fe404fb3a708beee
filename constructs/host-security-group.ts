import { SecurityGroup, type SecurityGroupIngress } from '@cdktf/provider-aws/lib/security-group';
import { Construct } from 'constructs';

export interface HostSecurityGroupProps {
  /** Start of the group's name; AWS completes it to a unique one. */
  readonly namePrefix: string;
  /** TCP ports that everybody may reach. */
  readonly ports: readonly number[];
  /**
   * Who may reach port 22, in CIDR notation.
   * @default nobody
   */
  readonly sshCidrs?: readonly string[];
}

/** What may reach a host; the host itself may reach everything. */
export class HostSecurityGroup extends Construct {
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: HostSecurityGroupProps) {
    super(scope, id);
    for (const port of props.ports) {
      if (!Number.isInteger(port) || port < 1 || port > 65535) {
        throw new Error(`ports must be integers from 1 to 65535, got: ${port}`);
      }
      if (port === SSH_PORT) throw new Error('ports must not contain 22: name who may reach it in sshCidrs');
    }

    this.securityGroup = new SecurityGroup(this, 'Default', {
      namePrefix: props.namePrefix,
      description: 'A NixOS host and the ports it serves',
      ingress: [
        ...props.ports.map((port) => ingress(port, ANYWHERE)),
        ...(props.sshCidrs?.length ? [ingress(SSH_PORT, props.sshCidrs)] : []),
      ],
      egress: [{ fromPort: 0, toPort: 0, protocol: '-1', ...byFamily(ANYWHERE) }],
      lifecycle: { createBeforeDestroy: true },
    });
  }
}

const SSH_PORT = 22;
const ANYWHERE: readonly string[] = ['0.0.0.0/0', '::/0'];

function ingress(port: number, cidrs: readonly string[]): SecurityGroupIngress {
  return { fromPort: port, toPort: port, protocol: 'tcp', ...byFamily(cidrs) };
}

function byFamily(cidrs: readonly string[]) {
  return {
    cidrBlocks: cidrs.filter((cidr) => !cidr.includes(':')),
    ipv6CidrBlocks: cidrs.filter((cidr) => cidr.includes(':')),
  };
}
