import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import type { TerraformStack } from 'cdktf';

/**
 * Configure the AWS provider. Region and credentials are left to the provider's
 * own environment; all that takes tags is tagged with project and stack.
 */
export function configureAwsProvider(stack: TerraformStack, project: string): void {
  new AwsProvider(stack, 'aws', { defaultTags: [{ tags: tagsOf(stack, project) }] });

  // No host in the source: Terraform and OpenTofu each look in their own registry.
  // A range, so that a provider from Nix or a mirror fits; the bindings are of 6.25.
  stack.addOverride('terraform.required_providers.aws', {
    source: 'hashicorp/aws',
    version: '>= 5.100, < 7',
  });
}

/** The tags of all that a project's stack makes. */
export function tagsOf(stack: TerraformStack, project: string): Record<string, string> {
  return { project, stack: stack.node.id };
}
