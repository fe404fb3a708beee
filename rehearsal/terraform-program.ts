import { spawnSync } from 'node:child_process';

/** What plans and applies here: OpenTofu, as in the flake, or Terraform where it is not installed. */
export const TERRAFORM_PROGRAM = spawnSync('tofu', ['version']).error ? 'terraform' : 'tofu';
