import { S3Bucket, type S3BucketConfig } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { Construct } from 'constructs';

export interface PrivateBucketProps
  extends Pick<S3BucketConfig, 'bucket' | 'bucketPrefix' | 'forceDestroy' | 'lifecycle'> {
  /**
   * Who owns what others upload, and whether access control lists count.
   * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
   * @default BucketOwnerEnforced: there are no lists
   */
  readonly objectOwnership?: 'BucketOwnerEnforced' | 'BucketOwnerPreferred';
}

/** A bucket as whoever uses it needs it: a `PrivateBucket`, an `S3Bucket`, a `DataAwsS3Bucket`. */
export interface BucketReference {
  /** Its name. */
  readonly id: string;
  readonly arn: string;
}

/** An S3 bucket that only its account can reach, by TLS alone, encrypted at rest. */
export class PrivateBucket extends Construct implements BucketReference {
  readonly bucket: S3Bucket;
  readonly ownership: S3BucketOwnershipControls;
  readonly publicAccessBlock: S3BucketPublicAccessBlock;
  readonly policy: S3BucketPolicy;
  readonly encryption: S3BucketServerSideEncryptionConfigurationA;
  readonly id: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    const { objectOwnership = 'BucketOwnerEnforced', ...config } = props;

    this.bucket = new S3Bucket(this, 'Default', config);
    this.id = this.bucket.id;
    this.arn = this.bucket.arn;

    this.ownership = new S3BucketOwnershipControls(this, 'ownership', {
      bucket: this.bucket.id,
      rule: { objectOwnership },
    });

    this.publicAccessBlock = new S3BucketPublicAccessBlock(this, 'public_access_block', {
      bucket: this.bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });

    this.policy = new S3BucketPolicy(this, 'policy', {
      bucket: this.bucket.id,
      policy: JSON.stringify(tlsOnly(this.bucket)),
      dependsOn: [this.publicAccessBlock], // S3 refuses two changes of a bucket's access at once
    });

    this.encryption = new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket: this.bucket.id,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
    });
  }
}

function tlsOnly({ arn }: S3Bucket) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
}
