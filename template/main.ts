import { DeploymentStack, ImmutableStack, LiveStack, StateStack, synthesize } from 'iplz-deploy';

// CUSTOMIZE: the project's name. What its things in AWS are called starts with it: another one replaces them.
synthesize('web', (app, inputs) => {
  if (inputs.immutable) new ImmutableStack(app, 'immutable', inputs.immutable);
  const live = inputs.live && new LiveStack(app, 'live', inputs.live);
  const deployment = inputs.deployment && new DeploymentStack(app, 'deployment', inputs.deployment);
  if (live) deployment?.addDependency(live);
  if (inputs.state) new StateStack(app, 'state', inputs.state);
});
