import { TerraformOutput, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';

import { ImageBucket } from '../constructs/image-bucket';
import { ImageSnapshot } from '../constructs/image-snapshot';
import { MachineImage } from '../constructs/machine-image';
import { VmImportRole } from '../constructs/vm-import-role';
import type { ImmutableInputs } from '../inputs';
import { configureAwsProvider } from './aws-provider';
import { buildBeforeApply } from './builds';
import { type PlacedHost, placeHost } from './place-host';
import { configureBackend } from './state-backend';
import { warnOfStoppedInstances } from './stopped-instances';

/** The application's image as an instance: every change of the image is a new instance. */
export class ImmutableStack extends TerraformStack {
  /** What the host consists of: for resources of one's own. */
  readonly host: PlacedHost;

  constructor(scope: Construct, id: string, inputs: ImmutableInputs) {
    super(scope, id);
    const { system, imagePath, derivation, healthCheck } = inputs.host;
    const namePrefix = `${inputs.project}-${id}-`;
    configureAwsProvider(this, inputs.project);
    configureBackend(this, inputs);

    const bucket = new ImageBucket(this, 'image_bucket', { namePrefix });
    const role = new VmImportRole(this, 'vm_import_role', { bucket, namePrefix });
    const snapshot = new ImageSnapshot(this, 'image_snapshot', { imagePath, bucket, role });
    const image = new MachineImage(this, 'machine_image', { snapshot, system, namePrefix });
    this.host = placeHost(this, inputs.host, {
      suffix: '',
      namePrefix,
      image,
      ...(healthCheck !== undefined && { healthCheck }),
    });
    buildBeforeApply(this, [derivation]);

    warnOfStoppedInstances(this, inputs.project);

    new TerraformOutput(this, 'public_ip', { value: this.host.address });
    new TerraformOutput(this, 'url', { value: this.host.url });
  }
}
