import {
  DataTerraformRemoteStateLocal,
  DataTerraformRemoteStateS3,
  Fn,
  type TerraformRemoteState,
  Token,
} from 'cdktf';
import { Construct } from 'constructs';

import type { DeploymentTarget } from '../constructs/nixos-deployment';
import { stateFile, stateObject } from './state-backend';

/** What the stack `live` has made, read from its state: in the bucket, or without one in its local file. */
export class LiveState extends Construct {
  private readonly state: TerraformRemoteState;
  private readonly conditions: { condition: string; error_message: string }[] = [];

  constructor(
    scope: Construct,
    id: string,
    { project, stateBucket }: { readonly project: string; readonly stateBucket?: string },
  ) {
    super(scope, id);
    this.state =
      stateBucket === undefined
        ? new DataTerraformRemoteStateLocal(this, 'Default', { path: stateFile(this, 'live') })
        : new DataTerraformRemoteStateS3(this, 'Default', stateObject('live', project, stateBucket));
  }

  /** URL of the binary cache that `live` has made; empty without one. */
  get binaryCacheUrl(): string {
    return Token.asString(Fn.try([this.state.getString('binary_cache_url'), '']));
  }

  /** A host that `live` has made, by its name; without it a plan fails, and says what makes it. */
  host(name: string): DeploymentTarget {
    this.conditions.push({
      condition: `\${can(self.outputs.hosts["${name}"])}`,
      error_message: `live has no host ${name} yet: deploy live first (nix run .#live -- deploy).`,
    });
    this.state.addOverride('lifecycle.postcondition', this.conditions);
    return {
      instanceId: this.state.getString(`hosts["${name}"].instance_id`),
      address: this.state.getString(`hosts["${name}"].address`),
    };
  }
}
