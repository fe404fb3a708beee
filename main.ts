import { DeploymentStack, ImmutableStack, LiveStack, StateStack, synthesize } from 'iplz-deploy';

synthesize('iplz', (app, inputs) => {
  if (inputs.immutable) new ImmutableStack(app, 'immutable', inputs.immutable);
  const live = inputs.live && new LiveStack(app, 'live', inputs.live);
  const deployment = inputs.deployment && new DeploymentStack(app, 'deployment', inputs.deployment);
  if (live) deployment?.addDependency(live);
  if (inputs.state) new StateStack(app, 'state', inputs.state);
});
