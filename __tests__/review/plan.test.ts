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
])('refuses %s', (_, text, message) => {
  expect(() => readPlan(text, 'live', 'plan.json')).toThrow(message);
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
])('the actions %j are %s', (actions, action) => {
  expect(readPlan(planJson([{ actions }]), 'live', 'plan.json').changes[0]?.action).toBe(action);
});
