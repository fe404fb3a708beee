// The npm package: the stacks, and how a project's main.ts makes them. Each construct has an entry of
// its own, such as `iplz-deploy/constructs/nixos-host`.
export type { DeploymentInputs, ImmutableInputs, Inputs, LiveInputs, StateInputs } from './inputs';
export { DeploymentStack } from './stacks/deployment-stack';
export { ImmutableStack } from './stacks/immutable-stack';
export { LiveStack } from './stacks/live-stack';
export { StateStack } from './stacks/state-stack';
export { synthesize } from './synth/synthesize';
