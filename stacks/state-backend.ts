import { LocalBackend, S3Backend, type TerraformStack } from 'cdktf';

import { projectPath } from './project-path';

/**
 * Keep the stack's state in the bucket, locked while it is used, or without one in a file at
 * the project's root. The backend takes region and credentials from the environment, as the
 * AWS provider does.
 */
export function configureBackend(stack: TerraformStack, bucket: string | undefined): void {
  const { id } = stack.node;
  if (bucket === undefined) {
    new LocalBackend(stack, { path: `${projectPath(stack)}/terraform.${id}.tfstate` });
    return;
  }
  // CUSTOMIZE: the folder in the bucket.
  new S3Backend(stack, { bucket, key: `iplz/${id}.tfstate`, encrypt: true });
  stack.addOverride('terraform.backend.s3.use_lockfile', true); // not typed in cdktf 0.21
}
