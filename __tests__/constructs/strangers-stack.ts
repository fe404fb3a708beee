import { DataAwsKeyPair } from '@cdktf/provider-aws/lib/data-aws-key-pair';
import { DataAwsS3Bucket } from '@cdktf/provider-aws/lib/data-aws-s3-bucket';
import { DataAwsSubnet } from '@cdktf/provider-aws/lib/data-aws-subnet';
import { DataAwsSecurityGroup } from '@cdktf/provider-aws/lib/data-aws-security-group';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { NullProvider } from '@cdktf/provider-null/lib/provider';
import { TerraformOutput, TerraformStack, TerraformVariable } from 'cdktf';
import type { Construct } from 'constructs';

import { HostSecurityGroup } from '../../constructs/host-security-group';
import { ImageBucket } from '../../constructs/image-bucket';
import { ImageSnapshot } from '../../constructs/image-snapshot';
import { MachineImage } from '../../constructs/machine-image';
import { NixosDeployment } from '../../constructs/nixos-deployment';
import { NixosHost } from '../../constructs/nixos-host';
import { RegistryImage } from '../../constructs/registry-image';
import { StableAddress } from '../../constructs/stable-address';
import { VmImportRole } from '../../constructs/vm-import-role';

/**
 * A stack of somebody else: what can be a value of Terraform's is one, what the account has already takes the place
 * of what the constructs would make, and the resources inside them are used by others.
 */
export class StrangersStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new AwsProvider(this, 'aws');
    new NullProvider(this, 'null');
    // As this project's stacks have it: the range that its mirrors hold.
    this.addOverride('terraform.required_providers.aws', {
      source: 'hashicorp/aws',
      version: '>= 5.100, < 7',
    });
    this.addOverride('terraform.required_providers.null', { source: 'hashicorp/null', version: '~> 3.2' });
    const text = (name: string) => new TerraformVariable(this, name, { type: 'string' }).stringValue;
    const number = (name: string) => new TerraformVariable(this, name, { type: 'number' }).numberValue;
    const list = (name: string) => new TerraformVariable(this, name, { type: 'list(string)' }).listValue;
    const toplevel = text('toplevel');

    // Everything made here, of values that are known at apply alone.
    const namePrefix = text('name_prefix');
    const bucket = new ImageBucket(this, 'image_bucket', { namePrefix });
    const role = new VmImportRole(this, 'role', { bucket, namePrefix });
    const snapshot = new ImageSnapshot(this, 'snapshot', { imagePath: text('image_path'), bucket, role });
    const image = new MachineImage(this, 'image', { snapshot, system: 'aarch64-linux', namePrefix });
    const securityGroup = new HostSecurityGroup(this, 'security_group', {
      namePrefix,
      tcpPorts: [number('port'), { from: number('first_port'), to: 9000 }],
      udpPorts: [number('udp_port')],
      sshCidrs: list('ssh_cidrs'),
    });
    const host = new NixosHost(this, 'host', {
      image,
      securityGroup,
      name: text('host_name'),
      instanceType: text('instance_type'),
      rootVolumeGib: number('root_volume_gib'),
      healthCheck: text('health_check'),
      subnet: new DataAwsSubnet(this, 'existing_subnet', { id: text('subnet') }),
      instanceProfile: text('instance_profile'),
    });
    const stable = new StableAddress(this, 'stable_address', { host, name: text('address_name') });
    const deployment = new NixosDeployment(this, 'deployment', {
      host: { instanceId: host.instance.id, address: host.instance.privateIp },
      toplevel,
      sshUser: text('ssh_user'),
      sshPort: number('ssh_port'),
      sshJump: `ops@${text('bastion')}`,
      keepGenerations: number('keep_generations'),
      healthCheck: `curl --fail http://${host.instance.publicDns}/`,
      timeouts: { health: number('health_timeout') },
      binaryCache: { url: text('cache') },
      after: [securityGroup.securityGroup],
    });

    // Everything there already.
    const existing = new NixosHost(this, 'existing', {
      image: new RegistryImage(this, 'registry_image', {
        ami: text('ami'),
        release: text('release'),
        system: 'x86_64-linux',
      }),
      securityGroup: new DataAwsSecurityGroup(this, 'existing_group', { name: 'web' }),
      keyPair: new DataAwsKeyPair(this, 'existing_key', { keyName: 'ops' }),
      name: 'existing',
    });
    new ImageSnapshot(this, 'existing_way', {
      imagePath: '/srv/web.vhd',
      bucket: new DataAwsS3Bucket(this, 'existing_bucket', { bucket: 'images-of-acme' }),
      role: { name: 'vmimport' },
    });
    new NixosDeployment(this, 'existing_deployment', {
      host: { instanceId: existing.instance.id, address: existing.instance.publicIp },
      toplevel,
      after: [deployment],
    });

    // What is inside is reachable.
    new TerraformOutput(this, 'inside', {
      value: [
        bucket.acl.id,
        bucket.encryption.id,
        bucket.ownership.id,
        bucket.policy.id,
        bucket.publicAccessBlock.id,
        role.policy.arn,
        role.role.arn,
        snapshot.object.versionId,
        snapshot.snapshot.volumeSize,
        image.ami.arn,
        stable.association.id,
        deployment.resource.id,
      ],
    });
  }
}
