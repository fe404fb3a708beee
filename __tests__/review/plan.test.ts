import { readFileSync } from 'node:fs';

import { readPlan } from '../../review/plan';
import { planJson } from './plan-json';

const whole = readFileSync('__tests__/review/plans/immutable-first.json', 'utf8');

test('reads a whole plan', () => {
  const plan = readPlan(whole, 'immutable', 'plan.json');
  expect(plan.changes.map(({ action }) => action)).toEqual(Array.from(plan.changes, () => 'create'));
  expect(plan.dependencies.get('aws_instance.host')).toEqual(
    new Set(['aws_ami.machine_image', 'aws_security_group.security_group']),
  );
});

test.each([
  ['nothing', '', 'not JSON, or cut short'],
  ['a plan that is cut short', whole.slice(0, whole.length / 2), 'not JSON, or cut short'],
  ['the saved plan itself', 'PK\u0003\u0004…', 'give what `terraform show -json` prints'],
  ['no object', '[]', 'expected an object, got an array'],
  ['an object without a version', '{}', 'plan.json.format_version: expected a string, got nothing'],
  [
    'a later major version',
    planJson([], { format_version: '2.0' }),
    'format version "2.0" is not known, expected 1.x',
  ],
  [
    'a version that begins alike',
    planJson([], { format_version: '10.0' }),
    'format version "10.0" is not known',
  ],
  ['a state', '{"format_version":"1.0","values":{}}', 'this is no plan'],
  ['a plan that failed', planJson([], { errored: true }), 'the plan is only a part'],
  [
    'changes of another type',
    planJson([], { resource_changes: {} }),
    'resource_changes: expected an array, got an object',
  ],
  [
    'a change without an address',
    planJson([], { resource_changes: [{}] }),
    'resource_changes[0].change: expected an object',
  ],
  ['an action of the future', planJson([{ actions: ['evolve'] }]), 'the actions ["evolve"] are not known'],
  [
    'two actions in one',
    planJson([{ actions: ['update', 'delete'] }]),
    'the actions ["update","delete"] are',
  ],
  ['no action', planJson([{ actions: [] }]), 'the actions [] are not known'],
  [
    'an action of the future of an output',
    planJson([], { output_changes: { url: { actions: ['evolve'] } } }),
    'plan.json.output_changes.url: the actions ["evolve"] are not known',
  ],
  [
    'a mode of the future',
    planJson([{ mode: 'imagined' }]),
    'the mode "imagined" of terraform_data.it is not known',
  ],
  ['a list of the future', planJson([], { resource_dreams: [] }), 'plan.json.resource_dreams'],
  ['a member of the future', planJson([{ undo: true }]), 'plan.json.resource_changes[0].change.undo'],
  [
    'a member of the future in drift',
    planJson([], { resource_drift: [{ address: 'a.b', type: 'a', mode: 'data', why: '', change: {} }] }),
    'plan.json.resource_drift[0].why',
  ],
  [
    'a member of the future in an import',
    planJson([{ importing: { id: 'x', from: 'y' } }]),
    'plan.json.resource_changes[0].change.importing.from',
  ],
  [
    'a member of the future of an action to invoke',
    planJson([], { action_invocations: [{ address: 'action.a.b', type: 'a', times: 3 }] }),
    'plan.json.action_invocations[0].times',
  ],
  [
    'a member of the future of a check',
    planJson([], { checks: [{ address: { to_display: 'a' }, status: 'pass', cost: 1 }] }),
    'plan.json.checks[0].cost',
  ],
])('refuses %s', (_, text, message) => {
  expect(() => readPlan(text, 'live', 'plan.json')).toThrow(message);
});

test('names all that it does not know, with nothing in it that a terminal could obey', () => {
  const text = planJson([{ actions: ['evolve'] }], { 'new\n::set-output': 1, other: 2 });
  expect(() => readPlan(text, 'live', 'plan.json')).toThrow(
    'so nothing of it is judged: update this project\n  plan.json.new\\n::set-output\n  plan.json.other\n  plan.json.resource_changes[0].change: the actions ["evolve"] are not known',
  );
});

test('a name in a message has nothing in it that a terminal could obey', () => {
  const text = planJson([], { output_changes: { 'url\n::error': 1 } });
  expect(() => readPlan(text, 'live', 'plan.json')).toThrow(
    'plan.json.output_changes.url\\n::error: expected',
  );
});

test('an error quotes nothing of the plan, which has secrets in clear', () => {
  let message = '';
  try {
    readPlan('{"password":"correct horse"! }', 'live', 'plan.json');
  } catch (error) {
    message = String(error);
  }
  expect(message).toContain('not JSON, or cut short');
  expect(message).not.toMatch(/correct|horse/);
});

test.each([
  [['no-op'], 'none'],
  [['create'], 'create'],
  [['read'], 'read'],
  [['update'], 'update'],
  [['delete', 'create'], 'replace'],
  [['create', 'delete'], 'replace'],
  [['delete'], 'destroy'],
  [['forget'], 'forget'],
  [['create', 'forget'], 'replaceAndForget'],
  [['forget', 'create'], 'replaceAndForget'],
])('the actions %j are %s', (actions, action) => {
  expect(readPlan(planJson([{ actions }]), 'live', 'plan.json').changes[0]?.action).toBe(action);
});
