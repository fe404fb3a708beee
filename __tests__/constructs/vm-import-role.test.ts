import { ImageBucket } from '../../constructs/image-bucket';
import { VmImportRole } from '../../constructs/vm-import-role';
import { only, synthesize } from '../synthesized';

const stack = synthesize((scope) => {
  const bucket = new ImageBucket(scope, 'bucket', { namePrefix: 'test-' });
  new VmImportRole(scope, 'role', { bucket, namePrefix: 'test-' });
});

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[]; readonly Resource?: string }[];
}

function policyOf(type: string, attribute: string): Policy {
  return JSON.parse(String(only(stack, type)[attribute])) as Policy;
}

test('default: trusted to VM import alone, with its external id', () => {
  expect(policyOf('aws_iam_role', 'assume_role_policy').Statement).toEqual([
    {
      Effect: 'Allow',
      Principal: { Service: 'vmie.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:Externalid': 'vmimport' } },
    },
  ]);
});

test('may read that bucket and no other', () => {
  const { Statement } = policyOf('aws_iam_policy', 'policy');
  expect(Statement.filter(({ Action }) => JSON.stringify(Action).includes('s3:'))).toEqual([
    {
      Effect: 'Allow',
      Action: ['s3:GetBucketLocation', 's3:ListBucket'],
      Resource: '${aws_s3_bucket.bucket.arn}',
    },
    { Effect: 'Allow', Action: 's3:GetObject', Resource: '${aws_s3_bucket.bucket.arn}/*' },
  ]);
});

test('has the EC2 actions that VM import documents, and no others', () => {
  const { Statement } = policyOf('aws_iam_policy', 'policy');
  expect(Statement.flatMap(({ Action }) => Action).filter((action) => action.startsWith('ec2:'))).toEqual([
    'ec2:ModifySnapshotAttribute',
    'ec2:CopySnapshot',
    'ec2:RegisterImage',
    'ec2:Describe*',
  ]);
});

test('the policy is attached to the role', () => {
  expect(only(stack, 'aws_iam_role_policy_attachment')).toMatchObject({
    role: '${aws_iam_role.role.name}',
    policy_arn: expect.stringMatching(/^\$\{aws_iam_policy\.role_policy_\w+\.arn\}$/) as unknown,
  });
});
