import { LocalBackend, S3Backend, type TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';

import { projectPath } from './project-path';

/**
 * Keep the stack's state in the bucket, locked while it is used, or without one in a file at
 * the project's root. The backend takes region and credentials from the environment, as the
 * AWS provider does.
 */
export function configureBackend(
  stack: TerraformStack,
  { project, stateBucket }: { readonly project: string; readonly stateBucket?: string },
): void {
  const { id } = stack.node;
  if (stateBucket === undefined) {
    new LocalBackend(stack, { path: stateFile(stack, id) });
    return;
  }
  new S3Backend(stack, { ...stateObject(id, project, stateBucket), encrypt: true });
  stack.addOverride('terraform.backend.s3.use_lockfile', true); // not typed in cdktf 0.21
}

/** The local file of a stack's state, seen from where Terraform runs for `scope`. */
export function stateFile(scope: Construct, stack: string): string {
  return `${projectPath(scope)}/terraform.${stack}.tfstate`;
}

/** The object of a stack's state in the bucket, in the folder of the project. */
export function stateObject(stack: string, project: string, bucket: string): { bucket: string; key: string } {
  return { bucket, key: `${project}/${stack}.tfstate` };
}
