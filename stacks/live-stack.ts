import { KeyPair } from '@cdktf/provider-aws/lib/key-pair';
import { TerraformOutput, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';

import { HostSecurityGroup } from '../constructs/host-security-group';
import { ImageBucket } from '../constructs/image-bucket';
import { ImageSnapshot } from '../constructs/image-snapshot';
import { MachineImage } from '../constructs/machine-image';
import { NixosDeployment } from '../constructs/nixos-deployment';
import { type HostImage, NixosHost } from '../constructs/nixos-host';
import { RegistryImage } from '../constructs/registry-image';
import { VmImportRole } from '../constructs/vm-import-role';
import type { LiveInputs } from '../inputs';
import { configureAwsProvider } from './aws-provider';
import { secretsFor } from './live-secrets';
import { configureNullProvider } from './null-provider';
import { projectPath } from './project-path';
import { configureBackend } from './state-backend';
import { warnOfStoppedInstances } from './stopped-instances';

/** A machine from a bootstrap image, made once, and the system that is deployed to it again and again. */
export class LiveStack extends TerraformStack {
  constructor(scope: Construct, id: string, inputs: LiveInputs) {
    super(scope, id);
    // CUSTOMIZE: what its things are called in AWS. Another name replaces them.
    const namePrefix = `iplz-${id}-`;
    configureAwsProvider(this);
    configureNullProvider(this);
    configureBackend(this, inputs.stateBucket);

    const secrets = secretsFor(inputs.toplevel);
    const { image, keyPair } = useBootstrap(this, inputs, namePrefix);
    const securityGroup = new HostSecurityGroup(this, 'security_group', {
      namePrefix,
      ports: [80], // CUSTOMIZE: what it listens on
      sshCidrs: inputs.sshCidrs,
    });
    const host = new NixosHost(this, 'host', {
      image,
      securityGroup,
      name: `iplz-${id}`, // CUSTOMIZE: the machine's name
      ...(keyPair && { keyPair }),
      rootVolumeGib: 20, // room for several generations of the system
      replaceOnImageChange: false,
    });
    new NixosDeployment(this, 'nixos_deployment', {
      host,
      toplevel: inputs.toplevel,
      projectPath: projectPath(this),
      ...(secrets && { secrets }),
      // CUSTOMIZE: what the deployer asks it, and takes for an answer.
      healthCheck: 'curl --fail --silent --show-error --max-time 5 "http://$TARGET_HOST/"',
    });

    warnOfStoppedInstances(this);

    new TerraformOutput(this, 'public_ip', { value: host.instance.publicIp });
    new TerraformOutput(this, 'url', { value: `http://${host.instance.publicIp}/` });
  }
}

/** What new machines boot first: one's own image, or an AMI that exists and the key that opens it. */
function useBootstrap(
  stack: LiveStack,
  { bootstrap, system }: LiveInputs,
  namePrefix: string,
): { image: HostImage; keyPair?: KeyPair } {
  if ('ami' in bootstrap) {
    return {
      image: new RegistryImage(stack, 'registry_image', {
        ami: bootstrap.ami,
        release: NIXOS_RELEASE,
        system,
      }),
      keyPair: new KeyPair(stack, 'key_pair', { keyNamePrefix: namePrefix, publicKey: bootstrap.publicKey }),
    };
  }
  const bucket = new ImageBucket(stack, 'image_bucket', { namePrefix });
  const role = new VmImportRole(stack, 'vm_import_role', { bucket, namePrefix });
  const { imagePath } = bootstrap;
  const snapshot = new ImageSnapshot(stack, 'image_snapshot', { imagePath, bucket, role });
  return { image: new MachineImage(stack, 'machine_image', { snapshot, system, namePrefix }) };
}

/** The release of flake.nix's nixpkgs. */
const NIXOS_RELEASE = '26.05';
