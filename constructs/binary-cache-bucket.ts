import { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy';
import type { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { Construct } from 'constructs';

import { type BucketReference, PrivateBucket } from './private-bucket';

export interface BinaryCacheBucketProps {
  /** Start of the bucket's and the policy's name; AWS completes it to a unique one. At most 37 characters. */
  readonly namePrefix: string;
  /**
   * Days after which what was pushed expires. A host has what it runs in its own store, so it never needs a path again
   * that it once had; one that has expired is sent by the deploying machine.
   * @default 30
   */
  readonly expireAfterDays?: number;
}

/** A bucket that Nix uses as a binary cache: the deploying machine pushes into it, hosts pull from it. */
export class BinaryCacheBucket extends PrivateBucket {
  /** Lets a role read the cache. */
  readonly readPolicy: IamPolicy;
  /** The cache, as Nix names it. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: BinaryCacheBucketProps) {
    const { namePrefix, expireAfterDays = 30 } = props;
    if (!Number.isInteger(expireAfterDays) || expireAfterDays < 1) {
      throw new Error(`expireAfterDays must be a whole number of days above 0, got: ${expireAfterDays}`);
    }
    // What is in it can be pushed again: it is no reason to keep the bucket.
    super(scope, id, { bucketPrefix: namePrefix, forceDestroy: true });
    this.url = `s3://${this.id}?region=${this.bucket.region}`;

    new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket: this.bucket.id,
      rule: [
        {
          id: 'expire',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          expiration: [{ days: expireAfterDays }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
        },
      ],
    });
    this.readPolicy = new IamPolicy(this, 'read_policy', {
      namePrefix,
      policy: JSON.stringify(mayRead(this.bucket)),
    });
  }

  /** Let a role that is there for something else read the cache, too. */
  letRead(role: IamRole): void {
    const id = `reader_${role.node.path.replaceAll('/', '_')}`;
    if (this.node.tryFindChild(id)) return;
    new IamRolePolicyAttachment(this, id, { role: role.name, policyArn: this.readPolicy.arn });
  }
}

/** Without leave to list, S3 says that an absent object is forbidden, not that it is absent. */
function mayRead({ arn }: BucketReference) {
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['s3:GetBucketLocation', 's3:ListBucket'], Resource: arn },
      { Effect: 'Allow', Action: 's3:GetObject', Resource: `${arn}/*` },
    ],
  };
}
