import { StateBucket } from '../../constructs/state-bucket';
import { only, synthesize } from '../synthesized';

const stack = synthesize((scope) => {
  new StateBucket(scope, 'bucket', { name: 'iplz-state-acme' });
});

test('default: a bucket of that name, which neither Terraform nor S3 deletes with a state in it', () => {
  const bucket = only(stack, 'aws_s3_bucket');
  expect(bucket).toMatchObject({ bucket: 'iplz-state-acme', lifecycle: { prevent_destroy: true } });
  expect(bucket).not.toHaveProperty('force_destroy');
});

test('keeps every version of a state, and an old one for a year', () => {
  expect(only(stack, 'aws_s3_bucket_versioning')).toMatchObject({
    versioning_configuration: { status: 'Enabled' },
  });
  expect(only(stack, 'aws_s3_bucket_lifecycle_configuration')).toMatchObject({
    // Of a bucket without versions S3 would have none to expire.
    depends_on: [expect.stringMatching(/^aws_s3_bucket_versioning\./)],
    rule: [{ status: 'Enabled', noncurrent_version_expiration: [{ noncurrent_days: 365 }] }],
  });
});

test('what is current never expires', () => {
  const [rule] = only(stack, 'aws_s3_bucket_lifecycle_configuration').rule as [object];
  expect(rule).not.toHaveProperty('expiration');
});

test('takes no access control list', () => {
  expect(stack.resource).not.toHaveProperty('aws_s3_bucket_acl');
});
