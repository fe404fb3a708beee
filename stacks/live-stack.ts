import type { Instance } from '@cdktf/provider-aws/lib/instance';
import { KeyPair } from '@cdktf/provider-aws/lib/key-pair';
import { TerraformOutput, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';

import { HostSecurityGroup } from '../constructs/host-security-group';
import { ImageBucket } from '../constructs/image-bucket';
import { ImageSnapshot } from '../constructs/image-snapshot';
import { MachineImage } from '../constructs/machine-image';
import { type HostImage, NixosHost } from '../constructs/nixos-host';
import { RegistryImage } from '../constructs/registry-image';
import { VmImportRole } from '../constructs/vm-import-role';
import type { LiveInputs } from '../inputs';
import { configureAwsProvider } from './aws-provider';
import { buildBeforeApply } from './builds';
import { configureBackend } from './state-backend';
import { warnOfStoppedInstances } from './stopped-instances';

/** The hardware: an instance for each host, made once from a bootstrap image. What runs there is the deployment's. */
export class LiveStack extends TerraformStack {
  constructor(scope: Construct, id: string, inputs: LiveInputs) {
    super(scope, id);
    // CUSTOMIZE: what its things are called in AWS. Another name replaces them.
    const namePrefix = `iplz-${id}-`;
    configureAwsProvider(this);
    configureBackend(this, inputs.stateBucket);

    const { image, keyPair } = configureBootstrap(this, inputs, namePrefix);
    const instances = inputs.hosts.map(({ name, tcpPorts, udpPorts, instanceType, rootVolumeGib }) => {
      const securityGroup = new HostSecurityGroup(this, `security_group_${name}`, {
        namePrefix,
        tcpPorts,
        udpPorts,
        sshCidrs: inputs.sshCidrs,
      });
      const { instance } = new NixosHost(this, `host_${name}`, {
        image,
        securityGroup,
        name: `${id}-${name}`,
        ...(keyPair && { keyPair }),
        ...(instanceType !== undefined && { instanceType }),
        ...(rootVolumeGib !== undefined && { rootVolumeGib }),
        replaceOnImageChange: false,
      });
      return [name, instance] as const;
    });

    warnOfStoppedInstances(this);
    outputHosts(this, instances);
  }
}

/** What new instances boot first: one's own image, or an AMI that exists and the key that opens it. */
function configureBootstrap(
  stack: LiveStack,
  { bootstrap, system }: LiveInputs,
  namePrefix: string,
): { image: HostImage; keyPair?: KeyPair } {
  if ('ami' in bootstrap) {
    return {
      image: new RegistryImage(stack, 'registry_image', {
        ami: bootstrap.ami,
        release: bootstrap.release,
        system,
      }),
      keyPair: new KeyPair(stack, 'key_pair', { keyNamePrefix: namePrefix, publicKey: bootstrap.publicKey }),
    };
  }
  const bucket = new ImageBucket(stack, 'image_bucket', { namePrefix });
  const role = new VmImportRole(stack, 'vm_import_role', { bucket, namePrefix });
  const { imagePath, derivation } = bootstrap;
  buildBeforeApply(stack, [derivation]);
  const snapshot = new ImageSnapshot(stack, 'image_snapshot', { imagePath, bucket, role });
  return { image: new MachineImage(stack, 'machine_image', { snapshot, system, namePrefix }) };
}

/** What the deployment needs of each host, and for a single one what a user asks for. */
function outputHosts(stack: LiveStack, instances: readonly (readonly [string, Instance])[]): void {
  new TerraformOutput(stack, 'hosts', {
    value: Object.fromEntries(
      instances.map(([name, { id, publicIp }]) => [name, { instance_id: id, address: publicIp }]),
    ),
  });
  const [[, only] = [], ...others] = instances;
  if (only === undefined || others.length > 0) return;
  new TerraformOutput(stack, 'public_ip', { value: only.publicIp });
  new TerraformOutput(stack, 'url', { value: `http://${only.publicIp}/` });
}
