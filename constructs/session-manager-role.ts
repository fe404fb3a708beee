import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition';
import { IamInstanceProfile } from '@cdktf/provider-aws/lib/iam-instance-profile';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';

export interface SessionManagerRoleProps {
  /** Start of the names of the role and of its instance profile. At most 38 characters. */
  readonly namePrefix: string;
}

/**
 * The role of hosts that AWS Session Manager may reach, and that may do nothing else in AWS.
 * Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
 */
export class SessionManagerRole extends Construct {
  readonly role: IamRole;
  readonly attachment: IamRolePolicyAttachment;
  readonly instanceProfile: IamInstanceProfile;

  constructor(scope: Construct, id: string, props: SessionManagerRoleProps) {
    super(scope, id);
    const { namePrefix } = props;
    const { partition } = new DataAwsPartition(this, 'partition');

    this.role = new IamRole(this, 'Default', { namePrefix, assumeRolePolicy: JSON.stringify(TRUST) });
    this.attachment = new IamRolePolicyAttachment(this, 'attachment', {
      role: this.role.name,
      policyArn: `arn:${partition}:iam::aws:policy/AmazonSSMManagedInstanceCore`,
    });
    this.instanceProfile = new IamInstanceProfile(this, 'profile', {
      namePrefix,
      role: this.role.name,
      dependsOn: [this.attachment], // the agent asks at boot
    });
  }
}

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
