import { Resource } from '@cdktf/provider-null/lib/resource';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

import { variable } from './nixos-deploy-variable';
import type { BinaryCache } from './nixos-deployment';

export interface PushedSystemsProps {
  /** The cache that they are pushed into, and that hosts pull from; empty: there is none, and nothing is pushed. */
  readonly url: string;
  /** Store paths of the systems. */
  readonly toplevels: readonly string[];
}

/** Systems in a binary cache, so that they leave the deploying machine once, however many hosts run them. */
export class PushedSystems extends Construct implements BinaryCache, ITerraformDependable {
  readonly url: string;
  /** By this, others may wait for it. */
  readonly fqn: string;

  constructor(scope: Construct, id: string, props: PushedSystemsProps) {
    super(scope, id);
    this.url = props.url;
    const toplevels = [...new Set(props.toplevels)].sort().join(' ');
    const resource = new Resource(this, 'Default', {
      triggers: { toplevels, url: props.url },
      provisioners: [
        {
          type: 'local-exec',
          command: 'nixos-deploy push',
          environment: {
            TOPLEVELS: variable('TOPLEVELS', 'toplevels', toplevels),
            BINARY_CACHE: variable('BINARY_CACHE', 'url', props.url),
          },
        },
      ],
    });
    this.fqn = resource.fqn;
  }
}
