import { KeyPair } from '@cdktf/provider-aws/lib/key-pair';
import { TerraformOutput, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';

import { BinaryCacheBucket } from '../constructs/binary-cache-bucket';
import { ImageBucket } from '../constructs/image-bucket';
import { ImageSnapshot } from '../constructs/image-snapshot';
import { MachineImage } from '../constructs/machine-image';
import type { HostImage } from '../constructs/nixos-host';
import { RegistryImage } from '../constructs/registry-image';
import { VmImportRole } from '../constructs/vm-import-role';
import type { LiveInputs } from '../inputs';
import { configureAwsProvider } from './aws-provider';
import { buildBeforeApply } from './builds';
import { type PlacedHost, placeHost } from './place-host';
import { configureBackend } from './state-backend';
import { warnOfStoppedInstances } from './stopped-instances';

/** The hardware: an instance for each host, made once from a bootstrap image. What runs there is the deployment's. */
export class LiveStack extends TerraformStack {
  /** What each host consists of, by its name: for resources of one's own. */
  readonly hosts: ReadonlyMap<string, PlacedHost>;

  constructor(scope: Construct, id: string, inputs: LiveInputs) {
    super(scope, id);
    const namePrefix = `${inputs.project}-${id}-`;
    configureAwsProvider(this, inputs.project);
    configureBackend(this, inputs);

    const { image, keyPair } = configureBootstrap(this, inputs, namePrefix);
    const binaryCache = inputs.hosts.some((host) => host.binaryCache)
      ? new BinaryCacheBucket(this, 'binary_cache', { namePrefix })
      : undefined;
    const hosts = inputs.hosts.map((host) => {
      const placed = placeHost(this, host, {
        suffix: `_${host.name}`,
        namePrefix,
        image,
        sshCidrs: inputs.sshCidrs,
        ...(keyPair && { keyPair }),
        ...(binaryCache && { binaryCache }),
        replaceOnImageChange: false,
      });
      return [host.name, placed] as const;
    });

    this.hosts = new Map(hosts);
    warnOfStoppedInstances(this, inputs.project);
    outputHosts(this, hosts);
    if (binaryCache) new TerraformOutput(this, 'binary_cache_url', { value: binaryCache.url });
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
function outputHosts(stack: LiveStack, hosts: readonly (readonly [string, PlacedHost])[]): void {
  new TerraformOutput(stack, 'hosts', {
    value: Object.fromEntries(
      hosts.map(([name, { instanceId, address }]) => [name, { instance_id: instanceId, address }]),
    ),
  });
  const [[, only] = [], ...others] = hosts;
  if (only === undefined || others.length > 0) return;
  new TerraformOutput(stack, 'public_ip', { value: only.address });
  new TerraformOutput(stack, 'url', { value: only.url });
}
