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

test('nothing of it can be made public', () => {
  expect(only(stack, 'aws_s3_bucket_public_access_block')).toMatchObject({
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
});

test('what it holds is encrypted', () => {
  expect(only(stack, 'aws_s3_bucket_server_side_encryption_configuration')).toMatchObject({
    rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } }],
  });
});
