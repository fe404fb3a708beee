import { DataAwsAmi } from '@cdktf/provider-aws/lib/data-aws-ami';
import { Token } from 'cdktf';
import { Construct } from 'constructs';

import { ARCHITECTURES, type NixSystem } from './nix-system';
import type { HostImage } from './nixos-host';

export interface RegistryImageProps {
  /** `registry` for the newest official AMI of the release, or the id of one AMI, `ami-…`. */
  readonly ami: string;
  /** NixOS release that `registry` stands for, such as `26.05`. */
  readonly release: string;
  /** Platform of the host; the plan fails when the AMI is of another one. */
  readonly system: NixSystem;
}

/**
 * An AMI that exists already: nothing is built, uploaded or imported.
 * Source of the account and of the names: https://nixos.github.io/amis/
 */
export class RegistryImage extends Construct implements HostImage {
  readonly ami: DataAwsAmi;
  readonly amiId: string;
  readonly system: NixSystem;

  constructor(scope: Construct, id: string, props: RegistryImageProps) {
    super(scope, id);
    if (!Token.isUnresolved(props.release) && !/^\d\d\.(05|11)$/.test(props.release)) {
      throw new Error(`release must be a NixOS release such as 26.05, got: ${props.release}`);
    }
    if (!Token.isUnresolved(props.ami) && !/^(registry|ami-[0-9a-f]+)$/.test(props.ami)) {
      throw new Error(`ami must be registry or the id of an AMI, ami-…, got: ${props.ami}`);
    }
    this.system = props.system;

    const architecture = { name: 'architecture', values: [ARCHITECTURES[props.system]] };
    this.ami = new DataAwsAmi(
      this,
      'Default',
      props.ami === 'registry'
        ? {
            owners: [NIXOS_ACCOUNT],
            mostRecent: true,
            filter: [{ name: 'name', values: [`nixos/${props.release}*`] }, architecture],
          }
        : { filter: [{ name: 'image-id', values: [props.ami] }, architecture] },
    );
    this.amiId = this.ami.id;
  }
}

const NIXOS_ACCOUNT = '427812963091';
