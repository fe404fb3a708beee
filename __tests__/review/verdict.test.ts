import { readPlan } from '../../review/plan';
import { counts } from '../../review/counts';
import { severity, verdict } from '../../review/verdict';
import { planJson } from './plan-json';

function plan(changes: readonly object[], more: object = {}) {
  return readPlan(planJson(changes, more), 'live', 'plan.json');
}

const instance = { address: 'aws_instance.host' };
const switched = {
  address: 'null_resource.nixos_deployment',
  actions: ['delete', 'create'],
  before: { triggers: { toplevel: '/nix/store/a', instance_id: 'i-1' } },
  after: { triggers: { toplevel: '/nix/store/b', instance_id: 'i-1' } },
};
const uses = {
  configuration: {
    root_module: {
      resources: [
        {
          address: 'null_resource.nixos_deployment',
          expressions: { triggers: { references: ['aws_instance.host.id'] } },
        },
        { address: 'aws_eip.host', expressions: { instance: { references: ['aws_instance.host.id'] } } },
      ],
    },
  },
};
const address = (...actions: string[]) => ({ output_changes: { public_ip: { actions } } });
const otherType = {
  ...instance,
  actions: ['update'],
  before: { instance_type: 't3.micro', public_ip: '192.0.2.1' },
  after: { instance_type: 't3.small', public_ip: '192.0.2.1' },
};

test.each([
  ['nothing', [{ ...instance, actions: ['no-op'] }], address('no-op'), 'nothing to do.', 0],
  [
    'a new system on an instance that stays',
    [{ ...instance, actions: ['no-op'] }, switched],
    { ...uses, ...address('no-op') },
    '1 host is switched in place (`host`); no instance is replaced; address unchanged.',
    2,
  ],
  [
    'a new system because the instance is new',
    [{ ...instance, actions: ['create', 'delete'] }, switched],
    { ...uses, ...address('update') },
    '1 instance is replaced, the new one before the old one goes (`host`); the address changes; takes at least 20 s.',
    3,
  ],
  [
    'a replacement that leaves a gap',
    [{ ...instance, actions: ['delete', 'create'] }],
    address('update'),
    '1 instance is replaced, the old one first: no service until the new one has booted (`host`); the address changes; takes at least 20 s.',
    3,
  ],
  [
    'a new instance type, which costs the address',
    [otherType],
    address('no-op'),
    '1 instance is stopped and started again (`host`); no instance is replaced; the address changes.',
    2,
  ],
  [
    'a new instance type under an elastic IP',
    [otherType, { address: 'aws_eip.host', actions: ['no-op'] }],
    { ...uses, ...address('no-op') },
    '1 instance is stopped and started again (`host`); no instance is replaced; address unchanged.',
    2,
  ],
  [
    'an output alone',
    [],
    { output_changes: { url: { actions: ['update'] } } },
    'no host is involved; 1 output to change: `url`.',
    2,
  ],
  [
    'a bucket destroyed',
    [{ address: 'aws_s3_bucket.state', actions: ['delete'] }],
    {},
    '**data at risk**; no host is involved.',
    4,
  ],
  [
    'a volume replaced',
    [{ address: 'aws_ebs_volume.data', actions: ['delete', 'create'] }],
    {},
    '**data at risk**; no host is involved.',
    4,
  ],
  [
    'a bucket forgotten',
    [{ address: 'aws_s3_bucket.state', actions: ['forget'] }],
    {},
    'no host is involved.',
    2,
  ],
  [
    'a new name',
    [{ address: 'terraform_data.b', previous_address: 'terraform_data.a', actions: ['no-op'] }],
    {},
    'no host is involved.',
    2,
  ],
])('%s', (_, changes, more, sentence, expected) => {
  const read = plan(changes, more);
  expect(verdict(read)).toBe(`\`live\`: ${sentence}`);
  expect(severity(read)).toBe(expected);
});

test('of two instances only the one that a deployment uses is switched', () => {
  const stays = { actions: ['no-op'] };
  const both = [{ ...instance, ...stays }, { address: 'aws_instance.other', ...stays }, switched];
  expect(verdict(plan(both, uses))).toBe(
    '`live`: 1 host is switched in place (`host`); no instance is replaced.',
  );
});

test('the least time is that of the longest chain, not of all resources', () => {
  const both = [
    { ...instance, actions: ['create'] },
    { address: 'aws_instance.other', actions: ['create'] },
  ];
  expect(verdict(plan(both))).toContain('takes at least 10 s');
});

test('counts what Terraform counts, and names the rest', () => {
  const changes = [
    { actions: ['create'] },
    { actions: ['delete', 'create'] },
    { actions: ['update'] },
    { actions: ['delete'] },
    { actions: ['forget'] },
    { actions: ['no-op'] },
  ].map((change, index) => ({ address: `terraform_data.n${index}`, ...change }));
  expect(counts(plan(changes))).toBe('2 to add, 1 to change, 2 to destroy, 1 to forget, 1 untouched');
});
