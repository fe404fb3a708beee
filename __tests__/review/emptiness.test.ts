import { readPlan } from '../../review/plan';
import { review } from '../../review/review';
import { severity, verdict } from '../../review/verdict';
import { planJson } from './plan-json';

function plan(more: object, changes: readonly object[] = [{ actions: ['no-op'] }]) {
  return readPlan(planJson(changes, more), 'live', 'plan.json');
}

const whole = { applyable: false, complete: true, errored: false };
const stop = { address: 'action.aws_ec2_stop_instance.host', type: 'aws_ec2_stop_instance', name: 'host' };
const check = (status: string, more: object = {}) => ({
  checks: [{ address: { to_display: 'check.it', kind: 'check', name: 'it' }, status, ...more }],
});

test.each([
  ['Terraform', whole],
  ['OpenTofu, which says neither', { errored: false }],
  ['a check that passed', { ...whole, ...check('pass') }],
])('nothing is nothing: %s', (_, more) => {
  expect(severity(plan(more))).toBe(0);
  expect(review([plan(more)])).toBe('`live`: nothing to do.\n');
});

// What is said beyond the resources keeps a plan from being empty, and is named.
test.each([
  [
    'applyable, whatever the lists say',
    { ...whole, applyable: true },
    'lists nothing that it would change',
    2,
  ],
  [
    'a refresh of the state',
    {
      ...whole,
      applyable: true,
      resource_drift: [{ address: 'a.b', type: 'a', mode: 'managed', change: { actions: ['update'] } }],
    },
    'the state alone is changed, to what was found',
    2,
  ],
  ['not complete', { ...whole, complete: false }, '**the plan is not complete**', 2],
  ['a failed check', { ...whole, ...check('fail') }, '**1 check failed**: `check.it`', 2],
  ['a check in error', { ...whole, ...check('error') }, '**1 check failed**: `check.it`', 2],
  ['a check that is not known', { ...whole, ...check('unknown') }, '1 check not known yet: `check.it`', 2],
  ['a check of a status to come', { ...whole, ...check('maybe') }, '1 check not known yet: `check.it`', 2],
  [
    'a check whose one object passes',
    {
      ...whole,
      ...check('fail', { instances: [{ address: { to_display: 'check.it[0]' }, status: 'pass' }] }),
    },
    '**1 check failed**: `check.it`',
    2,
  ],
  [
    'an action to invoke',
    { ...whole, action_invocations: [stop] },
    '**1 action to invoke**: `action.aws_ec2_stop_instance.host`',
    4,
  ],
  [
    'a harmless action to invoke',
    {
      ...whole,
      action_invocations: [{ ...stop, address: 'action.aws_sns_publish.it', type: 'aws_sns_publish' }],
    },
    '**1 action to invoke**: `action.aws_sns_publish.it`',
    2,
  ],
  [
    'a deferred action',
    { ...whole, deferred_action_invocations: [{ reason: 'deferred_prereq', action_invocation: stop }] },
    '1 change deferred: `action.aws_ec2_stop_instance.host`',
    4,
  ],
  [
    'a deferred change',
    { ...whole, deferred_changes: [deferred('terraform_data.later', ['create'])] },
    '1 change deferred: `terraform_data.later`',
    2,
  ],
  [
    'a deferred loss of an instance',
    { ...whole, deferred_changes: [deferred('aws_instance.host', ['delete'])] },
    'deferred',
    3,
  ],
  [
    'a deferred loss of data',
    { ...whole, deferred_changes: [deferred('aws_s3_bucket.it', ['delete'])] },
    'deferred',
    4,
  ],
  [
    'an output',
    { ...whole, output_changes: { url: { actions: ['create'] } } },
    '1 output to change: `url`',
    2,
  ],
])('%s is not nothing', (_, more, words, expected) => {
  expect(severity(plan(more))).toBe(expected);
  expect(verdict(plan(more))).toContain(words);
});

function deferred(address: string, actions: readonly string[]) {
  return {
    reason: 'provider_config_unknown',
    resource_change: { address, type: address.split('.')[0], mode: 'managed', change: { actions } },
  };
}

test.each([
  ['an id', { id: 'i-1' }, 'imported: `i-1`'],
  [
    'an identity',
    { identity: { account: '1', name: 'x' } },
    'imported by identity: `{"account":"1","name":"x"}`',
  ],
  ['nothing that is known yet', { unknown: true }, 'imported, by what is known after apply'],
  ['no word at all', {}, 'imported, by what is known after apply'],
])('an import by %s', (_, importing, words) => {
  const read = plan(whole, [{ actions: ['no-op'], importing, generated_config: 'resource {}' }]);
  expect(severity(read)).toBe(2);
  expect(review([read])).toContain(`${words}<br>its configuration was generated from what was found`);
  expect(review([read])).toContain('1 to import');
});

test.each([[['forget', 'create']], [['create', 'forget']]])(
  '%j makes a new one and leaves the old',
  (actions) => {
    const change = { address: 'aws_instance.host', actions, before: { ami: 'a' }, after: { ami: 'b' } };
    const read = plan(whole, [change]);
    expect(severity(read)).toBe(3);
    expect(verdict(read)).toContain('1 instance is replaced while the old one goes on running');
    expect(review([read])).toContain('1 to add, 0 to change, 0 to destroy, 1 to forget');
    expect(review([read])).toContain(
      '| + create, ○ forget the old | `aws_instance.host` | the old one stays as it is',
    );
  },
);

test('outputs are shown by name, what is sensitive in them is not', () => {
  const text = review([
    plan({
      ...whole,
      output_changes: {
        url: { actions: ['update'], before: 'http://a/', after: 'http://b/' },
        key: { actions: ['create'], after: 'not for everybody', after_sensitive: true },
        same: { actions: ['no-op'], before: 1, after: 1 },
      },
    }),
  ]);
  expect(text).toContain('| ~ change | `url` | `http://a/` → `http://b/` |');
  expect(text).toContain('| + create | `key` | (none) → (sensitive) |');
  expect(text).not.toContain('same');
});

test('an action says when it is invoked and with what', () => {
  const invocation = {
    ...stop,
    config_values: { instance_id: 'i-1', reason: 'nobody reads this' },
    config_sensitive: { reason: true },
    lifecycle_action_trigger: {
      triggering_resource_address: 'aws_instance.host',
      action_trigger_event: 'after_update',
    },
  };
  expect(review([plan({ ...whole, action_invocations: [invocation] })])).toContain(
    '| `action.aws_ec2_stop_instance.host` | `after_update` `aws_instance.host` | `instance_id` `i-1`<br>`reason` (sensitive) |',
  );
});

test('what is deferred has its reason', () => {
  const text = review([plan({ ...whole, deferred_changes: [deferred('terraform_data.later', ['create'])] })]);
  expect(text).toContain(
    '| + create | `terraform_data.later` | the configuration of its provider is not known yet |',
  );
});

test('ephemeral resources are named, and change nothing', () => {
  const opened = {
    address: 'ephemeral.vault_secret.it',
    type: 'vault_secret',
    mode: 'ephemeral',
    actions: ['read'],
  };
  const read = plan({ errored: false }, [opened]);
  expect(severity(read)).toBe(0);
  expect(verdict(read)).toBe(
    '`live`: nothing to do; opened meanwhile, and stored nowhere: `ephemeral.vault_secret.it`.',
  );
});

test('an update that shows no difference says so', () => {
  expect(review([plan(whole, [{ actions: ['update'], before: { a: null }, after: { a: '' } }])])).toContain(
    'no value differs, but for empty ones',
  );
});
