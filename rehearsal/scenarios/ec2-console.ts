import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { HostWorkspace } from './host-workspace';

/**
 * Environment of a deployment to the machine `instance` whose console is a file,
 * by a stand-in for the AWS CLI: it prints of that file what EC2 would.
 */
export function consoleOf(workspace: HostWorkspace, instance: string, file: string): Record<string, string> {
  const folder = join(workspace.directory, `aws-${instance}`);
  const program = join(folder, 'aws');
  mkdirSync(folder, { recursive: true });
  const words = `ec2 get-console-output --instance-id ${instance} --latest --query Output --output text`;
  writeFileSync(
    program,
    `#!/bin/sh
[ "$*" = '${words}' ] || { echo "unexpected: $*" >&2; exit 252; }
if [ -s '${file}' ]; then cat '${file}'; else echo None; fi
`,
  );
  chmodSync(program, 0o755);
  return { INSTANCE_ID: instance, HOST_KEY: 'console', PATH: `${folder}:${process.env.PATH ?? ''}` };
}
