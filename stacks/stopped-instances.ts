import { DataAwsInstances } from '@cdktf/provider-aws/lib/data-aws-instances';
import type { TerraformStack } from 'cdktf';

import { tagsOf } from './aws-provider';

/**
 * Warn in every plan of instances that are stopped: what Terraform asks of them is as it was, so it is silent.
 * They are found by their tags: of an instance that is yet to be made, a check of the resource knows nothing.
 */
export function warnOfStoppedInstances(stack: TerraformStack, project: string): void {
  const stopped = new DataAwsInstances(stack, 'stopped_instances', {
    instanceTags: tagsOf(stack, project),
    instanceStateNames: ['stopping', 'stopped'],
  });
  const ids = `${stopped.fqn}.ids`;
  // Not typed in cdktf 0.21.
  stack.addOverride('check.instances_run.assert', [
    {
      condition: `\${length(${ids}) == 0}`,
      error_message: `Stopped: \${join(" ", ${ids})}. It has no address and nothing can be deployed to it until it runs: aws ec2 start-instances --instance-ids \${join(" ", ${ids})}`,
    },
  ]);
}
