// The layout with the deployment inside `live`, beside the hardware and the AWS provider: synthesized by
// cdktf in the project that bench:loop compares with, in the place of main.ts.
import { App } from 'cdktf';

import { NixosDeployment } from '../../constructs/nixos-deployment';
import { readInputs } from '../../inputs';
import { makeOutputFolder } from '../../synth/output-folder';
import { buildBeforeApply } from '../../stacks/builds';
import { LiveStack } from '../../stacks/live-stack';
import { configureNullProvider } from '../../stacks/null-provider';

const { live: inputs, deployment } = readInputs(process.env, 'iplz');
if (inputs === undefined || deployment === undefined)
  throw new Error('the stacks live and deployment are needed');
const app = new App({ outdir: makeOutputFolder(process.env).path });
const live = new LiveStack(app, 'live', inputs);
configureNullProvider(live);
for (const { name, toplevel, healthCheck } of deployment.hosts) {
  const host = live.hosts.get(name);
  if (host === undefined) throw new Error(`live has no host ${name}`);
  new NixosDeployment(live, `nixos_deployment_${name}`, {
    host,
    toplevel,
    ...(healthCheck !== undefined && { healthCheck }),
  });
}
buildBeforeApply(live, [
  ...('derivation' in inputs.bootstrap ? [inputs.bootstrap.derivation] : []),
  ...deployment.hosts.map(({ derivation }) => derivation),
]);
app.synth();
