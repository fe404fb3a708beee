import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { Construct } from 'constructs';

import { PrivateBucket } from './private-bucket';

export interface StateBucketProps {
  /** The bucket's whole name, the one that STATE_BUCKET says. */
  readonly name: string;
}

/** The bucket that keeps Terraform's state: every version of it, and S3 refuses to delete it while it holds any. */
export class StateBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, props: StateBucketProps) {
    super(scope, id, { bucket: props.name });
    new S3BucketVersioningA(this, 'versioning', {
      bucket: this.bucket.id,
      versioningConfiguration: { status: 'Enabled' },
    });
  }
}
