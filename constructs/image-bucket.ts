import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { Construct } from 'constructs';

import { PrivateBucket } from './private-bucket';

export interface ImageBucketProps {
  /** Start of the bucket's name; AWS completes it to a unique one. At most 37 characters. */
  readonly namePrefix: string;
}

/** The bucket that disk images pass through on their way into EC2. */
export class ImageBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, props: ImageBucketProps) {
    super(scope, id, { bucketPrefix: props.namePrefix });

    // Parts of an upload that was cut are stored, and paid for, until they are aborted.
    new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket: this.bucket.id,
      rule: [
        {
          id: 'abort-incomplete-uploads',
          status: 'Enabled',
          filter: [{}],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
        },
      ],
    });
  }
}
