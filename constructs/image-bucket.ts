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
  }
}
