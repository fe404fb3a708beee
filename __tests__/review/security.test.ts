import { readPlan } from '../../review/plan';
import { review } from '../../review/review';
import { planJson } from './plan-json';

/** The cell of a resource that is created. */
function cell(type: string, after: object, more: object = {}): string {
  const change = { address: `${type}.it`, actions: ['create'], after, ...more };
  const row = review([readPlan(planJson([change]), 'live', 'plan.json')])
    .split('\n')
    .find((line) => line.startsWith('| + create |'));
  return row?.split(' | ').at(2)?.replace(/ \|$/, '') ?? '';
}

const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const ingress = (...cidr_blocks: string[]) => ({
  ingress: [{ from_port: 22, to_port: 22, protocol: 'tcp', cidr_blocks }],
});

test.each<[string, string, object, string]>([
  [
    'an open port',
    'aws_security_group',
    ingress('10.0.0.0/8', '0.0.0.0/0'),
    '**`ingress[0] tcp 22 0.0.0.0/0, 10.0.0.0/8`**',
  ],
  ['a port for some', 'aws_security_group', ingress('203.0.113.7/32'), '`ingress[0] tcp 22 203.0.113.7/32`'],
  [
    'an open port by a rule of its own',
    'aws_vpc_security_group_ingress_rule',
    { ip_protocol: 'tcp', from_port: 1, to_port: 9, cidr_ipv6: '::/0' },
    '**`tcp 1–9 ::/0`**',
  ],
  [
    'a way out',
    'aws_vpc_security_group_egress_rule',
    { ip_protocol: '-1', cidr_ipv4: '0.0.0.0/0' },
    '`all protocols 0.0.0.0/0`',
  ],
  [
    'an open port elsewhere',
    'google_compute_firewall',
    { source_ranges: ['0.0.0.0/0'] },
    '**`source_ranges[0]` `0.0.0.0/0`**',
  ],
  [
    'a port for itself',
    'aws_security_group',
    { ingress: [{ from_port: 1, to_port: 1, protocol: 'tcp', self: true }] },
    '`ingress[0] tcp 1 itself`',
  ],
  [
    'what is denied',
    'aws_network_acl_rule',
    { from_port: 1, to_port: 1, protocol: 'tcp', rule_action: 'deny', cidr_block: '0.0.0.0/0' },
    '`deny tcp 1 0.0.0.0/0`',
  ],
  [
    'IMDSv1',
    'aws_instance',
    { metadata_options: [{ http_tokens: 'optional' }] },
    '**`metadata_options[0].http_tokens` `optional`**',
  ],
  [
    'IMDSv2',
    'aws_instance',
    { metadata_options: [{ http_tokens: 'required' }] },
    '`metadata_options[0].http_tokens` `required`',
  ],
  ['a disk in clear', 'aws_ebs_volume', { encrypted: false }, '**`encrypted` `false`**'],
  ['an encrypted disk', 'aws_ebs_volume', { encrypted: true }, '`encrypted` `true`'],
  [
    'a database for all',
    'aws_db_instance',
    { publicly_accessible: true },
    '**`publicly_accessible` `true`**',
  ],
  ['a public bucket', 'aws_s3_bucket_acl', { acl: 'public-read' }, '**`acl` `public-read`**'],
  [
    'a gap',
    'aws_s3_bucket_public_access_block',
    { block_public_acls: false },
    '**`block_public_acls` `false`**',
  ],
  [
    'all rights',
    'aws_iam_role_policy_attachment',
    { policy_arn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    '**`policy_arn`',
  ],
  [
    'a policy for everybody',
    'aws_s3_bucket_policy',
    {
      policy: policy({
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::b/*',
      }),
    },
    '**`policy`: `Allow s3:GetObject on arn:aws:s3:::b/* to *`**',
  ],
  [
    'a policy for everything',
    'aws_iam_policy',
    { policy: policy({ Effect: 'Allow', Action: ['s3:*', 'ec2:Run'], Resource: '*' }) },
    '**`policy`: `Allow s3:*, ec2:Run on *`**',
  ],
  [
    'a policy for all but something',
    'aws_iam_policy',
    { policy: policy({ Effect: 'Allow', NotAction: 'iam:*', NotResource: 'a' }) },
    '**`policy`: `Allow all but iam:* on all but a`**',
  ],
  [
    'a policy for one',
    'aws_iam_policy',
    { policy: policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }) },
    '`policy`: `Allow s3:GetObject on arn:aws:s3:::b/*`',
  ],
])('%s is shown', (_, type, after, expected) => {
  expect(cell(type, after)).toContain(expected);
  if (!expected.startsWith('**')) expect(cell(type, after)).not.toContain(`**${expected}`);
});

test('what is open comes first, whatever it is beside', () => {
  const rules = Array.from({ length: 30 }, (_, port) => ({
    from_port: port,
    to_port: port,
    protocol: 'tcp',
    cidr_blocks: ['10.0.0.1/32'],
  }));
  const open = { from_port: 99, to_port: 99, protocol: 'tcp', cidr_blocks: ['0.0.0.0/0'] };
  const text = cell('aws_security_group', { ingress: [...rules, open] });
  expect(text.startsWith('new<br>**`ingress[30] tcp 99 0.0.0.0/0`**<br>')).toBe(true);
  expect(text.endsWith('…and 19 more')).toBe(true);
});

test('what comes to be open is first and in bold', () => {
  const change = {
    address: 'aws_security_group.it',
    before: { a: 1, b: 2, ingress: [{ from_port: 22, protocol: 'tcp', cidr_blocks: ['10.0.0.0/8'] }] },
    after: { a: 3, b: 4, ingress: [{ from_port: 22, protocol: 'tcp', cidr_blocks: ['0.0.0.0/0'] }] },
  };
  expect(review([readPlan(planJson([change]), 'live', 'plan.json')])).toContain(
    '| **`ingress[0].cidr_blocks[0]` `10.0.0.0/8` → `0.0.0.0/0`**<br>`a` `1` → `3`<br>',
  );
});

test('of a policy that changes, the new statements are shown', () => {
  const old = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'a', Principal: { AWS: 'b' } };
  const wide = { ...old, Principal: '*' };
  const change = {
    address: 'aws_s3_bucket_policy.it',
    before: { policy: policy(old) },
    after: { policy: policy(old, wide) },
  };
  const text = review([readPlan(planJson([change]), 'live', 'plan.json')]);
  expect(text).toContain('| **`policy`: `Allow s3:GetObject on a to *`**<br>`policy` `…');
  expect(text).not.toContain('to b`');
});

test('what is imported is looked at as what is created is', () => {
  const change = { actions: ['no-op'], after: { encrypted: false }, importing: { id: 'vol-1' } };
  expect(review([readPlan(planJson([change]), 'live', 'plan.json')])).toContain(
    '| imported: `vol-1`<br>**`encrypted` `false`** |',
  );
});

test('what becomes known later is said to', () => {
  const configuration = {
    configuration: {
      root_module: {
        resources: [{ address: 'aws_iam_policy.it', expressions: { policy: { references: ['a.b'] } } }],
      },
    },
  };
  const change = {
    address: 'aws_iam_policy.it',
    actions: ['create'],
    after: {},
    after_unknown: { policy: true, id: true },
  };
  expect(review([readPlan(planJson([change], configuration), 'live', 'plan.json')])).toContain(
    '| new<br>`policy` (known after apply) |',
  );
});

test('an instance without a word on IMDS is called out', () => {
  const resources = [{ address: 'aws_instance.it', expressions: { ami: { constant_value: 'ami-1' } } }];
  const change = { address: 'aws_instance.it', actions: ['create'], after: { ami: 'ami-1' } };
  const text = review([
    readPlan(planJson([change], { configuration: { root_module: { resources } } }), 'live', 'plan.json'),
  ]);
  expect(text).toContain('**`metadata_options` not configured: IMDSv1 is allowed');
});

test('what is sensitive stays so', () => {
  const text = cell('aws_iam_policy', { policy: 'nobody reads this' }, { after_sensitive: { policy: true } });
  expect(text).toBe('new<br>`policy` (sensitive)');
});
