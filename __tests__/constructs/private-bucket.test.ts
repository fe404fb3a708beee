import { PrivateBucket } from '../../constructs/private-bucket';
import { only, synthesize } from '../synthesized';

const stack = synthesize((scope) => {
  new PrivateBucket(scope, 'bucket', { bucketPrefix: 'test-' });
});

test('default: a bucket whose name AWS completes', () => {
  expect(only(stack, 'aws_s3_bucket')).toMatchObject({ bucket_prefix: 'test-' });
});

test('the account owns what it holds, and no access control list counts', () => {
  expect(only(stack, 'aws_s3_bucket_ownership_controls')).toMatchObject({
    rule: { object_ownership: 'BucketOwnerEnforced' },
  });
  expect(stack.resource).not.toHaveProperty('aws_s3_bucket_acl');
});

test('nothing of it can be made public', () => {
  expect(only(stack, 'aws_s3_bucket_public_access_block')).toMatchObject({
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
});

test('nobody reaches it or what it holds but by TLS', () => {
  const { policy, depends_on } = only(stack, 'aws_s3_bucket_policy');
  expect((JSON.parse(policy as string) as { Statement: unknown }).Statement).toMatchObject([
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: ['${aws_s3_bucket.bucket.arn}', '${aws_s3_bucket.bucket.arn}/*'],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ]);
  expect(depends_on).toEqual([expect.stringMatching(/^aws_s3_bucket_public_access_block\./)]);
});

test('what it holds is encrypted', () => {
  expect(only(stack, 'aws_s3_bucket_server_side_encryption_configuration')).toMatchObject({
    rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } }],
  });
});
