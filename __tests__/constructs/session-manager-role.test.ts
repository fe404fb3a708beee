import { SessionManagerRole } from '../../constructs/session-manager-role';
import { only, synthesize } from '../synthesized';

const stack = synthesize((scope) => {
  new SessionManagerRole(scope, 'role', { namePrefix: 'test-' });
});

test('EC2 alone may assume it', () => {
  const { assume_role_policy: trust } = only(stack, 'aws_iam_role');
  expect(JSON.parse(String(trust))).toMatchObject({
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
});

test('it has the policy for Session Manager, of whichever partition, and nothing else', () => {
  expect(only(stack, 'aws_iam_role_policy_attachment')).toMatchObject({
    role: '${aws_iam_role.role.name}',
    policy_arn:
      'arn:${data.aws_partition.role_partition_CCD0ACD0.partition}:iam::aws:policy/AmazonSSMManagedInstanceCore',
  });
  expect(Object.keys(stack.resource).sort()).toEqual([
    'aws_iam_instance_profile',
    'aws_iam_role',
    'aws_iam_role_policy_attachment',
  ]);
});

test('its instance profile is there when the role may do something', () => {
  expect(only(stack, 'aws_iam_instance_profile')).toMatchObject({
    name_prefix: 'test-',
    role: '${aws_iam_role.role.name}',
    depends_on: [expect.stringContaining('aws_iam_role_policy_attachment.') as string],
  });
});
