import { App } from 'cdktf';

import { writeWhole } from '../files/whole-files';
import { type Inputs, readInputs } from '../inputs';
import { useProjectPath } from '../stacks/project-path';
import { claimFolder } from './claim-folder';
import { withoutCreationStacks } from './creation-stacks';
import { isRunByCdktf, makeOutputFolder } from './output-folder';

/**
 * Read what the environment says of the project's hosts, have `addStacks` make its stacks, and write
 * them as JSON for Terraform: all of it, or nothing.
 *
 * @param project The project's name, of lower-case letters, digits and inner hyphens, at most 20: what its
 *   things in AWS are called starts with it. Another name replaces them.
 * @throws Error for such a name that it is not; InputsError naming every problem of the environment.
 */
export function synthesize(project: string, addStacks: (app: App, inputs: Inputs) => void): void {
  if (!/^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/.test(project)) {
    throw new Error(
      `the project's name must be of lower-case letters, digits and inner hyphens, at most 20, got: ${JSON.stringify(project)}`,
    );
  }
  const inputs = readInputs(process.env, project);
  const output = makeOutputFolder(process.env);
  if (isRunByCdktf(process.env)) claimFolder(output.path, process.ppid);
  for (const line of inputs.skipped) console.error(line);

  writeWhole(output.path, (outdir) => {
    withoutCreationStacks(() => {
      const app = new App({ outdir });
      useProjectPath(app, output.projectPath);
      addStacks(app, inputs);
      app.synth();
    });
  });
}
