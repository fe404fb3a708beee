import { IamInstanceProfile } from '@cdktf/provider-aws/lib/iam-instance-profile';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';

import type { BinaryCacheBucket } from './binary-cache-bucket';

export interface BinaryCacheRoleProps {
  /** The cache that hosts with the role may read. */
  readonly cache: BinaryCacheBucket;
  /** Start of the names of the role and of its instance profile. At most 38 characters. */
  readonly namePrefix: string;
}

/** The role of hosts that may read a binary cache, and that may do nothing else in AWS. */
export class BinaryCacheRole extends Construct {
  readonly role: IamRole;
  readonly attachment: IamRolePolicyAttachment;
  readonly instanceProfile: IamInstanceProfile;

  constructor(scope: Construct, id: string, props: BinaryCacheRoleProps) {
    super(scope, id);
    const { namePrefix, cache } = props;
    this.role = new IamRole(this, 'Default', { namePrefix, assumeRolePolicy: JSON.stringify(TRUST) });
    this.attachment = new IamRolePolicyAttachment(this, 'attachment', {
      role: this.role.name,
      policyArn: cache.readPolicy.arn,
    });
    this.instanceProfile = new IamInstanceProfile(this, 'profile', { namePrefix, role: this.role.name });
  }
}

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
