import { TerraformOutput, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';

import { StateBucket } from '../constructs/state-bucket';
import type { StateInputs } from '../inputs';
import { configureAwsProvider } from './aws-provider';
import { configureBackend } from './state-backend';

/** The bucket that keeps the state of the other stacks; its own state is a local file. */
export class StateStack extends TerraformStack {
  readonly stateBucket: StateBucket;

  constructor(scope: Construct, id: string, inputs: StateInputs) {
    super(scope, id);
    configureAwsProvider(this, inputs.project);
    configureBackend(this, { project: inputs.project });

    this.stateBucket = new StateBucket(this, 'state_bucket', { name: inputs.bucket });

    new TerraformOutput(this, 'bucket', { value: this.stateBucket.id });
  }
}
