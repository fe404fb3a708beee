import { Ami } from '@cdktf/provider-aws/lib/ami';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';

import { ARCHITECTURES, type NixSystem } from './nix-system';
import type { SnapshotReference } from './image-snapshot';
import type { HostImage } from './nixos-host';

export interface MachineImageProps {
  /** The root disk. */
  readonly snapshot: SnapshotReference;
  /** Platform of the image: decides architecture and boot mode. */
  readonly system: NixSystem;
  /** Start of the AMI's name. What follows is never the same: a name is taken once in an account and region. */
  readonly namePrefix: string;
}

/** An AMI made of a snapshot, as NixOS images and Nitro instances need it. */
export class MachineImage extends Construct implements HostImage {
  readonly ami: Ami;
  readonly amiId: string;
  readonly system: NixSystem;

  constructor(scope: Construct, id: string, props: MachineImageProps) {
    super(scope, id);
    this.system = props.system;

    this.ami = new Ami(this, 'Default', {
      name: `${props.namePrefix}${Fn.uuid()}`,
      virtualizationType: 'hvm',
      rootDeviceName: ROOT_DEVICE,
      ebsBlockDevice: [{ deviceName: ROOT_DEVICE, snapshotId: props.snapshot.id, volumeType: 'gp3' }],
      enaSupport: true, // without it no Nitro instance boots
      sriovNetSupport: 'simple',
      imdsSupport: 'v2.0',
      architecture: ARCHITECTURES[props.system],
      bootMode: BOOT_MODES[props.system],
      lifecycle: { createBeforeDestroy: true, ignoreChanges: ['name'] }, // a new AMI gets a new name all the same
    });
    this.amiId = this.ami.id;
  }
}

const ROOT_DEVICE = '/dev/xvda';

// nixpkgs' nixos/modules/virtualisation/amazon-image.nix: UEFI on aarch64, legacy BIOS on x86_64.
const BOOT_MODES = { 'x86_64-linux': 'legacy-bios', 'aarch64-linux': 'uefi' } as const;
