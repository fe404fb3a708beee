import { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

import type { BucketReference } from './private-bucket';

export interface VmImportRoleProps {
  /** The one bucket that the role may read. */
  readonly bucket: BucketReference;
  /** Start of the names of the role and of its policy. At most 38 characters. */
  readonly namePrefix: string;
}

/** A role by which EC2 may fetch disk images: a `VmImportRole`, or one that the account has, such as `{ name: 'vmimport' }`. */
export interface ImportRole {
  readonly name: string;
  /**
   * What must be there before the role may do anything.
   * @default nothing: it has its permissions already
   */
  readonly attachment?: ITerraformDependable;
}

/**
 * The service role by which EC2 fetches a disk image from S3.
 * Source: https://docs.aws.amazon.com/vm-import/latest/userguide/required-permissions.html#vmimport-role
 */
export class VmImportRole extends Construct implements ImportRole {
  readonly role: IamRole;
  readonly policy: IamPolicy;
  readonly attachment: IamRolePolicyAttachment;
  readonly name: string;

  constructor(scope: Construct, id: string, props: VmImportRoleProps) {
    super(scope, id);

    this.role = new IamRole(this, 'Default', {
      namePrefix: props.namePrefix,
      assumeRolePolicy: JSON.stringify(TRUST),
    });
    this.name = this.role.name;
    this.policy = new IamPolicy(this, 'policy', {
      namePrefix: props.namePrefix,
      policy: JSON.stringify(permissions(props.bucket)),
    });
    this.attachment = new IamRolePolicyAttachment(this, 'attachment', {
      role: this.name,
      policyArn: this.policy.arn,
    });
  }
}

const TRUST = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'vmie.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:Externalid': 'vmimport' } },
    },
  ],
};

function permissions(bucket: BucketReference) {
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['s3:GetBucketLocation', 's3:ListBucket'], Resource: bucket.arn },
      { Effect: 'Allow', Action: 's3:GetObject', Resource: `${bucket.arn}/*` },
      {
        Effect: 'Allow',
        Action: ['ec2:ModifySnapshotAttribute', 'ec2:CopySnapshot', 'ec2:RegisterImage', 'ec2:Describe*'],
        Resource: '*', // none of these can be limited to the resources of one import
      },
    ],
  };
}
