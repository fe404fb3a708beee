import { App } from 'cdktf';

import { type Inputs, InputsError, readInputs } from './inputs';
import { ImmutableStack } from './stacks/immutable-stack';
import { LiveStack } from './stacks/live-stack';
import { StateStack } from './stacks/state-stack';

function synthesize(inputs: Inputs): void {
  for (const line of inputs.leftOut) console.error(line);
  const app = new App();
  if (inputs.immutable) new ImmutableStack(app, 'immutable', inputs.immutable);
  if (inputs.live) new LiveStack(app, 'live', inputs.live);
  if (inputs.state) new StateStack(app, 'state', inputs.state);
  app.synth();
}

try {
  synthesize(readInputs(process.env));
} catch (error) {
  if (!(error instanceof InputsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
