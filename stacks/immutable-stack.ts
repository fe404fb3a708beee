import { TerraformOutput, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';

import { HostSecurityGroup } from '../constructs/host-security-group';
import { ImageBucket } from '../constructs/image-bucket';
import { ImageSnapshot } from '../constructs/image-snapshot';
import { MachineImage } from '../constructs/machine-image';
import { NixosHost } from '../constructs/nixos-host';
import { VmImportRole } from '../constructs/vm-import-role';
import type { ImmutableInputs } from '../inputs';
import { configureAwsProvider } from './aws-provider';
import { buildBeforeApply } from './builds';
import { configureBackend } from './state-backend';
import { warnOfStoppedInstances } from './stopped-instances';

/** The application's image as a machine: every change of the image is a new machine. */
export class ImmutableStack extends TerraformStack {
  constructor(scope: Construct, id: string, inputs: ImmutableInputs) {
    super(scope, id);
    const { name, system, imagePath, derivation, tcpPorts, udpPorts, ...machine } = inputs.host;
    // CUSTOMIZE: what its things are called in AWS. Another name replaces them.
    const namePrefix = `iplz-${id}-`;
    configureAwsProvider(this);
    configureBackend(this, inputs.stateBucket);

    const bucket = new ImageBucket(this, 'image_bucket', { namePrefix });
    const role = new VmImportRole(this, 'vm_import_role', { bucket, namePrefix });
    const snapshot = new ImageSnapshot(this, 'image_snapshot', { imagePath, bucket, role });
    const image = new MachineImage(this, 'machine_image', { snapshot, system, namePrefix });
    const securityGroup = new HostSecurityGroup(this, 'security_group', { namePrefix, tcpPorts, udpPorts });
    const host = new NixosHost(this, 'host', { image, securityGroup, name: `${id}-${name}`, ...machine });
    buildBeforeApply(this, [derivation]);

    warnOfStoppedInstances(this);

    new TerraformOutput(this, 'public_ip', { value: host.instance.publicIp });
    new TerraformOutput(this, 'url', { value: `http://${host.instance.publicIp}/` });
  }
}
