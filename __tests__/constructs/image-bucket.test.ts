import { ImageBucket } from '../../constructs/image-bucket';
import { only, synthesize } from '../synthesized';

const stack = synthesize((scope) => {
  new ImageBucket(scope, 'bucket', { namePrefix: 'test-' });
});

test('default: a bucket whose name AWS completes', () => {
  expect(only(stack, 'aws_s3_bucket')).toMatchObject({ bucket_prefix: 'test-' });
});

test('its ACL is private, and comes after the ownership controls that allow it', () => {
  expect(only(stack, 'aws_s3_bucket_ownership_controls')).toMatchObject({
    rule: { object_ownership: 'BucketOwnerPreferred' },
  });
  expect(only(stack, 'aws_s3_bucket_acl')).toMatchObject({
    acl: 'private',
    depends_on: [expect.stringMatching(/^aws_s3_bucket_ownership_controls\./)],
  });
});
