import { Instance } from '@cdktf/provider-aws/lib/instance';
import { Op, type Precondition, TerraformSelf, Token } from 'cdktf';
import { Construct } from 'constructs';

import { ARCHITECTURES, type NixSystem } from './nix-system';
import { variable } from './nixos-deploy-variable';
import type { SecurityGroupReference } from './host-security-group';

/** An AMI that a host can boot. */
export interface HostImage {
  readonly amiId: string;
  readonly system: NixSystem;
}

/** A key pair as a host needs it: a `KeyPair` or a `DataAwsKeyPair`. */
export interface KeyPairReference {
  readonly keyName: string;
}

/** A subnet as a host needs it: a `Subnet` or a `DataAwsSubnet`. */
export interface SubnetReference {
  readonly id: string;
  readonly vpcId: string;
}

export interface NixosHostProps {
  /** What the instance boots. */
  readonly image: HostImage;
  /** What may reach it. */
  readonly securityGroup: SecurityGroupReference;
  /** The instance's `Name` tag. */
  readonly name: string;
  /**
   * Key pair whose public key a registry image lets in as root.
   * @default none: the image brings its own keys
   */
  readonly keyPair?: KeyPairReference;
  /**
   * EC2 instance type, of the image's architecture.
   * @default t3.micro on x86_64, t4g.micro on aarch64
   */
  readonly instanceType?: string;
  /**
   * Size of the root volume in GiB, at least the image's.
   * @default the image's size
   */
  readonly rootVolumeGib?: number;
  /**
   * Whether a new image replaces the instance. `false` leaves a running instance alone when
   * its image changes, or the key pair of its first boot; any other change still shows.
   * @default true
   */
  readonly replaceOnImageChange?: boolean;
  /**
   * Command that exits 0 when the host is healthy. It runs on the deploying machine by bash, with `TARGET_HOST` set, again
   * and again from when the instance is made until it succeeds or `healthTimeout` is over; then the deployment fails: the
   * next one makes another instance, and until then one that was to be replaced stays.
   * @default none: what EC2 has started is good
   */
  readonly healthCheck?: string;
  /**
   * Seconds until the health check must succeed: the first boot is among them.
   * @default 300
   */
  readonly healthTimeout?: number;
  /**
   * Where its instance is made. A plan fails when it is of another VPC than the security group.
   * @default a subnet of the default VPC
   */
  readonly subnet?: SubnetReference;
  /**
   * Whether the instance has a public address. An instance without one keeps to that when this becomes `true`:
   * to Terraform it is as one that is stopped.
   * @default true
   */
  readonly publicAddress?: boolean;
  /**
   * Name of the instance profile: what the host may do in AWS.
   * @default none: it may do nothing
   */
  readonly instanceProfile?: string;
}

/** An EC2 instance that runs NixOS, with an encrypted disk and IMDSv2 alone. */
export class NixosHost extends Construct {
  readonly instance: Instance;
  /** Its public address, or without one its private address. */
  readonly address: string;

  constructor(scope: Construct, id: string, props: NixosHostProps) {
    super(scope, id);
    if (
      props.rootVolumeGib !== undefined &&
      !Token.isUnresolved(props.rootVolumeGib) &&
      !(Number.isInteger(props.rootVolumeGib) && props.rootVolumeGib > 0)
    ) {
      throw new Error(`rootVolumeGib must be a whole number of GiB above 0, got: ${props.rootVolumeGib}`);
    }

    const architecture = ARCHITECTURES[props.image.system];
    if (
      props.instanceType !== undefined &&
      !Token.isUnresolved(props.instanceType) &&
      architectureOf(props.instanceType) !== architecture
    ) {
      throw new Error(
        `instanceType must be of the ${architecture} architecture of its image, got: ${props.instanceType}`,
      );
    }

    const isPublic = props.publicAddress ?? true;
    if (!isPublic && !props.subnet) {
      // The AWS provider tells EC2 whether there shall be an address together with a subnet only.
      throw new Error('publicAddress must be true without a subnet, got: false');
    }
    this.instance = new Instance(this, 'Default', {
      ami: props.image.amiId,
      instanceType: props.instanceType ?? DEFAULT_INSTANCE_TYPES[props.image.system],
      vpcSecurityGroupIds: [props.securityGroup.id],
      ...(props.subnet && { subnetId: props.subnet.id }),
      associatePublicIpAddress: isPublic,
      ...(props.instanceProfile !== undefined && { iamInstanceProfile: props.instanceProfile }),
      ...(props.keyPair && { keyName: props.keyPair.keyName }),
      metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
      rootBlockDevice: {
        encrypted: true,
        volumeType: 'gp3',
        ...(props.rootVolumeGib !== undefined && { volumeSize: props.rootVolumeGib }),
      },
      tags: { Name: props.name },
      ...(props.healthCheck !== undefined && {
        provisioners: [
          {
            type: 'local-exec',
            command: 'nixos-deploy health',
            environment: {
              TARGET_HOST: TerraformSelf.getString(isPublic ? 'public_ip' : 'private_ip'),
              HEALTH_CHECK: variable('HEALTH_CHECK', 'healthCheck', props.healthCheck),
              HEALTH_TIMEOUT: variable('HEALTH_TIMEOUT', 'healthTimeout', props.healthTimeout ?? 300),
            },
          },
        ],
      }),
      lifecycle: {
        createBeforeDestroy: true,
        ...(props.subnet && requireOneVpc(props.subnet, props.securityGroup)),
        ignoreChanges: [
          // EC2 takes the address from an instance that is stopped: no reason to replace it, disk and all.
          ...(isPublic ? ['associate_public_ip_address'] : []),
          ...(props.replaceOnImageChange === false ? ['ami', ...(props.keyPair ? ['key_name'] : [])] : []),
        ],
      },
    });
    this.address = isPublic ? this.instance.publicIp : this.instance.privateIp;
  }
}

/** The subnet is of the security group's VPC, as far as that is known: EC2 would say so at apply. */
function requireOneVpc(
  subnet: SubnetReference,
  { vpcId }: SecurityGroupReference,
): { precondition?: Precondition[] } {
  if (vpcId === undefined) return {};
  const errorMessage = `The subnet ${subnet.id} is of ${subnet.vpcId}, the security group of ${vpcId}: a host must be in a subnet of its security group's VPC.`;
  return { precondition: [{ condition: Op.eq(subnet.vpcId, vpcId), errorMessage }] };
}

const DEFAULT_INSTANCE_TYPES = { 'x86_64-linux': 't3.micro', 'aarch64-linux': 't4g.micro' } as const;

/**
 * Graviton types carry a `g` behind their generation; `a1` was the first of them.
 * Source: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
 */
function architectureOf(instanceType: string): 'x86_64' | 'arm64' {
  return /^(a1|[a-z]+\d+g[a-z]*)\./.test(instanceType) ? 'arm64' : 'x86_64';
}
