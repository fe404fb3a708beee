import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { Construct } from 'constructs';

import { PrivateBucket } from './private-bucket';

export interface StateBucketProps {
  /** The bucket's whole name, the one that STATE_BUCKET says. */
  readonly name: string;
}

/**
 * The bucket that keeps Terraform's state, and for a year what each state was. Terraform refuses to destroy it,
 * and S3 to delete it while it holds anything.
 */
export class StateBucket extends PrivateBucket {
  readonly versioning: S3BucketVersioningA;
  readonly lifecycle: S3BucketLifecycleConfiguration;

  constructor(scope: Construct, id: string, props: StateBucketProps) {
    super(scope, id, { bucket: props.name, lifecycle: { preventDestroy: true } });

    this.versioning = new S3BucketVersioningA(this, 'versioning', {
      bucket: this.bucket.id,
      versioningConfiguration: { status: 'Enabled' },
    });

    this.lifecycle = new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket: this.bucket.id,
      rule: [
        {
          id: 'expire-old-versions',
          status: 'Enabled',
          filter: [{}],
          noncurrentVersionExpiration: [{ noncurrentDays: 365 }],
        },
      ],
      dependsOn: [this.versioning],
    });
  }
}
