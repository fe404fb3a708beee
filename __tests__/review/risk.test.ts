import { readPlan } from '../../review/plan';
import { findLosses } from '../../review/risk';
import { severity, verdict } from '../../review/verdict';
import { planJson } from './plan-json';

function plan(changes: readonly object[], more: object = {}) {
  return readPlan(planJson(changes, more), 'live', 'plan.json');
}

// Not one of them is named in the project: what is not known to hold nothing may hold data.
const DATA =
  `aws_backup_vault aws_cloudtrail_event_data_store aws_cloudwatch_log_group aws_codecommit_repository
  aws_cognito_user_pool aws_db_instance aws_db_snapshot aws_docdb_cluster aws_dynamodb_table aws_ebs_snapshot
  aws_ebs_volume aws_ecr_repository aws_efs_file_system aws_elasticache_cluster aws_fsx_lustre_file_system
  aws_glacier_vault aws_kinesis_stream aws_kms_key aws_lightsail_disk aws_memorydb_cluster aws_msk_cluster
  aws_neptune_cluster aws_opensearch_domain aws_qldb_ledger aws_rds_cluster aws_redshift_cluster aws_route53_zone
  aws_s3_bucket aws_s3_object aws_secretsmanager_secret aws_sqs_queue aws_ssm_parameter aws_timestreamwrite_table
  azurerm_storage_account google_sql_database_instance hcloud_volume random_password something_new tls_private_key`
    .trim()
    .split(/\s+/);

test.each(DATA)('%s is not destroyed or replaced without a word', (type) => {
  for (const actions of [['delete'], ['delete', 'create'], ['create', 'delete']])
    expect(severity(plan([{ address: `${type}.it`, actions }]))).toBe(4);
  expect(severity(plan([{ address: `${type}.it`, actions: ['create'] }]))).toBe(2);
  expect(severity(plan([{ address: `${type}.it`, actions: ['forget'] }]))).toBe(2);
});

test.each([
  'aws_ami',
  'aws_iam_role',
  'aws_lb_listener',
  'aws_s3_bucket_acl',
  'aws_security_group',
  'null_resource',
])('%s holds nothing', (type) => {
  expect(severity(plan([{ address: `${type}.it`, actions: ['delete', 'create'] }]))).toBe(2);
});

test('what a data source reads is no loss', () => {
  expect(
    severity(
      plan([{ address: 'data.aws_s3_bucket.it', type: 'aws_s3_bucket', mode: 'data', actions: ['delete'] }]),
    ),
  ).toBe(2);
});

test.each<[string, string, object, object, number]>([
  ['a tag', 'aws_s3_bucket', { tags: { a: 'b' } }, { tags: { a: 'c' } }, 2],
  ['a bucket that may be emptied', 'aws_s3_bucket', { force_destroy: false }, { force_destroy: true }, 4],
  ['a bucket that may no longer', 'aws_s3_bucket', { force_destroy: true }, { force_destroy: false }, 2],
  [
    'logs that end sooner',
    'aws_cloudwatch_log_group',
    { retention_in_days: 365 },
    { retention_in_days: 1 },
    4,
  ],
  [
    'logs that end later',
    'aws_cloudwatch_log_group',
    { retention_in_days: 1 },
    { retention_in_days: 365 },
    2,
  ],
  [
    'logs that come to end',
    'aws_cloudwatch_log_group',
    { retention_in_days: 0 },
    { retention_in_days: 1 },
    4,
  ],
  [
    'a database without backups',
    'aws_db_instance',
    { backup_retention_period: 7 },
    { backup_retention_period: 0 },
    4,
  ],
  [
    'a database without protection',
    'aws_db_instance',
    { deletion_protection: true },
    { deletion_protection: false },
    4,
  ],
  [
    'a database with protection',
    'aws_db_instance',
    { deletion_protection: false },
    { deletion_protection: true },
    2,
  ],
  ['a database of another size', 'aws_db_instance', { instance_class: 'a' }, { instance_class: 'b' }, 2],
  [
    'rows that end on their own',
    'aws_dynamodb_table',
    { ttl: [] },
    { ttl: [{ enabled: true, attribute_name: 'at' }] },
    4,
  ],
  ['an attribute of the future', 'aws_something_new', { shred: false }, { shred: true }, 4],
  ['a smaller volume', 'aws_ebs_volume', { size: 100 }, { size: 50 }, 4],
  ['a larger volume', 'aws_ebs_volume', { size: 50 }, { size: 100 }, 2],
  ['an upload', 'aws_s3_object', { source: 'a' }, { source: 'b' }, 2],
  ['a rule of a firewall', 'aws_security_group', { ingress: [] }, { ingress: [{ from_port: 1 }] }, 2],
])('in place: %s', (_, type, before, after, expected) => {
  expect(severity(plan([{ address: `${type}.it`, actions: ['update'], before, after }]))).toBe(expected);
});

test('what nobody configured is filled in by others', () => {
  const change = {
    address: 'aws_s3_bucket.it',
    actions: ['update'],
    before: { grant: [1] },
    after: { grant: [2] },
  };
  const resources = [{ address: 'aws_s3_bucket.it', expressions: { bucket: { constant_value: 'it' } } }];
  expect(severity(plan([change]))).toBe(4);
  expect(severity(plan([change], { configuration: { root_module: { resources } } }))).toBe(2);
});

describe('versions', () => {
  const status = (text: string) => ({ versioning_configuration: [{ status: text }] });
  const address = 'aws_s3_bucket_versioning.it';

  test.each<[object, number]>([
    [{ actions: ['create'], after: status('Enabled') }, 2],
    [{ actions: ['create'], after: status('Suspended') }, 4],
    [{ actions: ['update'], before: status('Enabled'), after: status('Suspended') }, 4],
    [{ actions: ['update'], before: status('Suspended'), after: status('Enabled') }, 2],
    [{ actions: ['delete'], before: status('Enabled') }, 4],
  ])('%j', (change, expected) => {
    expect(severity(plan([{ address, ...change }]))).toBe(expected);
  });
});

describe('lifecycles', () => {
  const address = 'aws_s3_bucket_lifecycle_configuration.it';
  const uses = {
    configuration: {
      root_module: {
        resources: [
          { address, expressions: { bucket: { references: ['aws_s3_bucket.it.id', 'aws_s3_bucket.it'] } } },
        ],
      },
    },
  };
  const bucket = (...actions: string[]) => ({ address: 'aws_s3_bucket.it', actions });
  const all = { id: 'all', status: 'Enabled', filter: [{ prefix: '' }], expiration: [{ days: 1 }] };
  const aborts = {
    id: 'a',
    status: 'Enabled',
    abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }],
    expiration: [],
  };
  const moves = { id: 'm', status: 'Enabled', transition: [{ days: 30, storage_class: 'GLACIER' }] };
  const old = { id: 'o', status: 'Enabled', noncurrent_version_expiration: [{ noncurrent_days: 30 }] };

  test.each<[string, readonly object[], object, number]>([
    ['expires all', [bucket('no-op')], { actions: ['create'], after: { rule: [all] } }, 4],
    [
      'expires all from now on',
      [bucket('no-op')],
      { actions: ['update'], before: { rule: [aborts] }, after: { rule: [aborts, all] } },
      4,
    ],
    [
      'expired all before',
      [bucket('no-op')],
      { actions: ['update'], before: { rule: [all] }, after: { rule: [all, aborts] } },
      2,
    ],
    [
      'expires what is off',
      [bucket('no-op')],
      { actions: ['create'], after: { rule: [{ ...all, status: 'Disabled' }] } },
      2,
    ],
    ['expires old versions', [bucket('no-op')], { actions: ['create'], after: { rule: [old] } }, 4],
    [
      'aborts uploads and moves objects',
      [bucket('no-op')],
      { actions: ['create'], after: { rule: [aborts, moves] } },
      2,
    ],
    [
      'does something of the future',
      [bucket('no-op')],
      { actions: ['create'], after: { rule: [{ ...aborts, shred: [1] }] } },
      4,
    ],
    [
      'is not known yet',
      [bucket('no-op')],
      { actions: ['update'], after: {}, after_unknown: { rule: true } },
      4,
    ],
    ['is of a bucket that is new', [bucket('create')], { actions: ['create'], after: { rule: [all] } }, 2],
    ['is removed', [bucket('no-op')], { actions: ['delete'], before: { rule: [all] } }, 2],
  ])('one that %s', (_, others, change, expected) => {
    expect(severity(plan([...others, { address, ...change }], uses))).toBe(expected);
  });

  test('a rule that is known in part may be any', () => {
    const part = { ...all, expiration: [{}] };
    const change = { address, actions: ['update'], after: { rule: [part] } };
    expect(severity(plan([change]))).toBe(2);
    const unknown = { after_unknown: { rule: [{ expiration: [{ days: true }] }] } };
    expect(severity(plan([{ ...change, ...unknown }]))).toBe(4);
  });

  test.each(['aws_ecr_lifecycle_policy', 'aws_dlm_lifecycle_policy'])('%s decides what ends', (type) => {
    expect(severity(plan([{ address: `${type}.it`, actions: ['create'] }]))).toBe(4);
  });
});

test.each([
  ['that ends with it', [{ device_name: '/dev/sdb', delete_on_termination: true }], 4],
  ['that outlives it', [{ device_name: '/dev/sdb', delete_on_termination: false }], 3],
  ['that it has not', [], 3],
])('an instance with a volume %s', (_, ebs_block_device, expected) => {
  const before = { ebs_block_device };
  expect(severity(plan([{ address: 'aws_instance.it', actions: ['delete'], before }]))).toBe(expected);
});

test('a group of instances counts as instances', () => {
  expect(severity(plan([{ address: 'aws_autoscaling_group.it', actions: ['delete', 'create'] }]))).toBe(3);
});

test.each<[string, object, object, number]>([
  ['gets smaller', { desired_capacity: 3 }, { desired_capacity: 2 }, 3],
  ['may be smaller only', { max_size: 3 }, { max_size: 2 }, 3],
  ['gets larger', { desired_capacity: 2, max_size: 2 }, { desired_capacity: 3, max_size: 3 }, 2],
  [
    'is refreshed',
    { instance_refresh: [{ strategy: 'Rolling' }], launch_template: [{ version: '1' }] },
    { instance_refresh: [{ strategy: 'Rolling' }], launch_template: [{ version: '2' }] },
    3,
  ],
  [
    'gets other instances later',
    { launch_template: [{ version: '1' }] },
    { launch_template: [{ version: '2' }] },
    2,
  ],
])('a group of instances that %s', (_, before, after, expected) => {
  const read = plan([{ address: 'aws_autoscaling_group.it', actions: ['update'], before, after }]);
  expect(severity(read)).toBe(expected);
  expect(verdict(read).includes('1 group is left with fewer instances or with others (`it`)')).toBe(
    expected === 3,
  );
});

test('a loss has words for what happens', () => {
  const change = {
    address: 'aws_ebs_volume.it',
    actions: ['update'],
    before: { size: 2 },
    after: { size: 1 },
  };
  expect(findLosses(plan([change]))).toEqual([
    { address: 'aws_ebs_volume.it', what: 'changes `size` `2` → `1`' },
  ]);
});
