import { NullProvider } from '@cdktf/provider-null/lib/provider';
import type { TerraformStack } from 'cdktf';

/** Configure the provider of `null_resource`, which carries the deployment. */
export function configureNullProvider(stack: TerraformStack): void {
  new NullProvider(stack, 'null');
  stack.addOverride('terraform.required_providers.null', { source: 'hashicorp/null', version: '~> 3.2' });
}
