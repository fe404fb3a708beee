import { Eip } from '@cdktf/provider-aws/lib/eip';
import { EipAssociation } from '@cdktf/provider-aws/lib/eip-association';
import { Construct } from 'constructs';

export interface StableAddressProps {
  /** Whose address it is: a `NixosHost`, or what else has an instance. */
  readonly host: { readonly instance: { readonly id: string } };
  /** The address's `Name` tag. */
  readonly name: string;
}

/**
 * A public address that stays when the host's instance is replaced. A new instance has it once it is healthy,
 * by an address of its own; until then the old one has it, and is destroyed after.
 */
export class StableAddress extends Construct {
  readonly address: Eip;
  readonly association: EipAssociation;

  constructor(scope: Construct, id: string, props: StableAddressProps) {
    super(scope, id);
    this.address = new Eip(this, 'Default', { domain: 'vpc', tags: { Name: props.name } });

    // The instance is there when its health check is over. To take the address from the old one first would
    // leave it to nobody for as long as that lasts.
    this.association = new EipAssociation(this, 'association', {
      allocationId: this.address.id,
      instanceId: props.host.instance.id,
      allowReassociation: true,
      lifecycle: { createBeforeDestroy: true },
    });
  }
}
