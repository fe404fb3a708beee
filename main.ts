import { App } from 'cdktf';

import { claimFolder } from './synth/claim-folder';
import { readInputs } from './inputs';
import { isRunByCdktf, makeOutputFolder } from './synth/output-folder';
import { DeploymentStack } from './stacks/deployment-stack';
import { ImmutableStack } from './stacks/immutable-stack';
import { LiveStack } from './stacks/live-stack';
import { useProjectPath } from './stacks/project-path';
import { StateStack } from './stacks/state-stack';
import { writeWhole } from './files/whole-files';

const inputs = readInputs(process.env);
const output = makeOutputFolder(process.env);
if (isRunByCdktf(process.env)) claimFolder(output.path, process.ppid);
for (const line of inputs.skipped) console.error(line);

writeWhole(output.path, (outdir) => {
  const app = new App({ outdir });
  useProjectPath(app, output.projectPath);
  if (inputs.immutable) new ImmutableStack(app, 'immutable', inputs.immutable);
  const live = inputs.live && new LiveStack(app, 'live', inputs.live);
  const deployment = inputs.deployment && new DeploymentStack(app, 'deployment', inputs.deployment);
  if (live) deployment?.addDependency(live);
  if (inputs.state) new StateStack(app, 'state', inputs.state);
  app.synth();
});
