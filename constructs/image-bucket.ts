import { S3BucketAcl } from '@cdktf/provider-aws/lib/s3-bucket-acl';
import { Construct } from 'constructs';

import { PrivateBucket } from './private-bucket';

export interface ImageBucketProps {
  /** Start of the bucket's name; AWS completes it to a unique one. At most 37 characters. */
  readonly namePrefix: string;
}

/** The bucket that disk images pass through on their way into EC2. */
export class ImageBucket extends PrivateBucket {
  readonly acl: S3BucketAcl;

  constructor(scope: Construct, id: string, props: ImageBucketProps) {
    super(scope, id, { bucketPrefix: props.namePrefix, objectOwnership: 'BucketOwnerPreferred' });

    // Buckets made since April 2023 refuse an ACL until their ownership controls allow it.
    this.acl = new S3BucketAcl(this, 'acl', { bucket: this.id, acl: 'private', dependsOn: [this.ownership] });
  }
}
