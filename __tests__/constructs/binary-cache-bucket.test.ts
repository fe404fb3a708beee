import { BinaryCacheBucket, type BinaryCacheBucketProps } from '../../constructs/binary-cache-bucket';
import { BinaryCacheRole } from '../../constructs/binary-cache-role';
import { SessionManagerRole } from '../../constructs/session-manager-role';
import { only, synthesize } from '../synthesized';

const make = (more: Partial<BinaryCacheBucketProps> = {}) =>
  synthesize((stack) => {
    new BinaryCacheBucket(stack, 'cache', { namePrefix: 'iplz-live-', ...more });
  });

test('default: a private bucket that goes with the stack, and whose objects expire after 30 days', () => {
  const made = make();
  expect(only(made, 'aws_s3_bucket')).toMatchObject({ bucket_prefix: 'iplz-live-', force_destroy: true });
  expect(only(made, 'aws_s3_bucket_public_access_block')).toMatchObject({ restrict_public_buckets: true });
  expect(only(made, 'aws_s3_bucket_lifecycle_configuration')).toMatchObject({
    rule: [{ status: 'Enabled', expiration: [{ days: 30 }] }],
  });
});

test('whoever has the policy may read the cache, and nothing else', () => {
  const { policy } = only(make(), 'aws_iam_policy') as { policy: string };
  const { Statement: statements } = JSON.parse(policy) as {
    Statement: { Action: string | string[]; Resource: string }[];
  };
  expect(statements.map(({ Action, Resource }) => [Action, Resource])).toEqual([
    [['s3:GetBucketLocation', 's3:ListBucket'], '${aws_s3_bucket.cache.arn}'],
    ['s3:GetObject', '${aws_s3_bucket.cache.arn}/*'],
  ]);
});

test('expireAfterDays', () => {
  expect(only(make({ expireAfterDays: 7 }), 'aws_s3_bucket_lifecycle_configuration')).toMatchObject({
    rule: [{ expiration: [{ days: 7 }] }],
  });
});

test.each([0, 1.5])('expireAfterDays: %p is refused', (expireAfterDays) => {
  expect(() => make({ expireAfterDays })).toThrow(
    `expireAfterDays must be a whole number of days above 0, got: ${expireAfterDays}`,
  );
});

test('a role of hosts that may read it, and a role that is there for something else', () => {
  const made = synthesize((stack) => {
    const cache = new BinaryCacheBucket(stack, 'cache', { namePrefix: 'iplz-live-' });
    new BinaryCacheRole(stack, 'reader', { cache, namePrefix: 'iplz-live-' });
    const { role } = new SessionManagerRole(stack, 'sessions', { namePrefix: 'iplz-live-' });
    cache.letRead(role);
    cache.letRead(role);
  });
  const attachments = Object.values(made.resource.aws_iam_role_policy_attachment ?? {});
  const readers = attachments.filter(({ policy_arn }) =>
    String(policy_arn).startsWith('${aws_iam_policy.cache_read_policy_'),
  );
  expect(readers.map(({ role }) => role).sort()).toEqual([
    '${aws_iam_role.reader.name}',
    '${aws_iam_role.sessions.name}',
  ]);
});
