import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readPlan } from '../../review/plan';
import { review } from '../../review/review';
import { severity } from '../../review/verdict';

// Real plans: remake.sh makes them, accept.sh writes the reviews beside them.
const folder = '__tests__/review/plans';

function read(name: string) {
  return readPlan(readFileSync(join(folder, `${name}.json`), 'utf8'), name, `${name}.json`);
}

/** The addresses that a plan's configuration has. */
function resources(name: string): string[] {
  return [...read(name).configured.keys()].toSorted();
}

const names = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace(/\.json$/, ''));

test.each(names)('the review of %s is as accepted', (name) => {
  expect(review([read(name)])).toBe(readFileSync(join(folder, `${name}.md`), 'utf8'));
});

test.each([
  ['immutable-first', 2, '1 instance is created (`host`); an address is assigned'],
  ['immutable-unchanged', 0, 'nothing to do'],
  [
    'immutable-application',
    3,
    '1 instance is replaced, the new one before the old one goes (`host`); the address changes',
  ],
  [
    'immutable-instance-type',
    2,
    '1 instance is stopped and started again (`host`); no instance is replaced; the address changes',
  ],
  ['immutable-destroy', 4, '**data at risk**; 1 instance is destroyed (`host`); the address is given up'],
  ['live-first', 2, '1 instance is created (`host_iplz`); an address is assigned'],
  ['live-unchanged', 0, 'nothing to do'],
  [
    'deployment-application',
    2,
    '1 host is switched in place (`nixos_deployment_iplz`); no instance is replaced',
  ],
  [
    'conditions',
    2,
    'no host is involved; **1 check failed**: `check.age`; 1 check not known yet: `check.adopted`',
  ],
  ['live-bootstrap', 2, 'no instance is replaced; address unchanged'],
  ['live-destroy', 4, '**data at risk**; 1 instance is destroyed (`host_iplz`); the address is given up'],
  ['sensitive', 2, 'no host is involved'],
  ['many', 2, 'no host is involved'],
])('%s: severity %i, %s', (name, expected, sentence) => {
  const plan = read(name);
  expect(severity(plan)).toBe(expected);
  expect(review([plan])).toContain(`\`${name}\`: ${sentence}`);
});

test.each([
  ['immutable-application', '3 to add, 1 to change, 3 to destroy'],
  ['deployment-application', '1 to add, 0 to change, 1 to destroy'],
])('%s counts as Terraform does: %s', (name, counts) => {
  expect(review([read(name)])).toMatch(new RegExp(`^### \`${name}\`: ${counts}(,|$)`, 'm'));
});

test('a stack just deployed has no drift, whatever the refresh fills in', () => {
  const plan = read('immutable-unchanged');
  expect(plan.drift.length).toBeGreaterThan(0);
  expect(review([plan])).toBe('`immutable-unchanged`: nothing to do.\n');
});

test('what was changed by hand is drift', () => {
  const text = review([read('live-drift')]);
  expect(text).toContain('### Drift of `live-drift`');
  expect(text).toMatch(/`aws_security_group\.security_group_iplz` \| .*`8080`/);
  expect(text).toMatch(/`aws_instance\.host_iplz` \| `tags\.Owner` \(none\) → `somebody`/);
  expect(text).toMatch(/`aws_iam_role_policy_attachment\.\S+` \| gone/);
});

test('OpenTofu and Terraform are reviewed alike', () => {
  // Of the same configuration: one may have been planned again without the other.
  const twins = names.filter(
    (name) =>
      existsSync(join(folder, `tofu-${name}.json`)) &&
      resources(name).join() === resources(`tofu-${name}`).join(),
  );
  expect(twins.length).toBeGreaterThan(2);
  for (const name of twins) {
    expect(review([read(`tofu-${name}`)]).replaceAll(`tofu-${name}`, name)).toBe(review([read(name)]));
  }
});

describe.each(['sensitive', 'tofu-sensitive'])('%s', (name) => {
  const secrets = ['old horse battery staple', 'new horse battery staple'];

  test('no secret is in the review, though each is in the plan', () => {
    const json = readFileSync(join(folder, `${name}.json`), 'utf8');
    const text = review([read(name)]);
    for (const secret of secrets) {
      expect(json).toContain(secret);
      expect(text).not.toContain(secret);
    }
    expect(text).not.toMatch(/horse|battery|staple/);
  });

  test('that something changes is said all the same', () => {
    expect(review([read(name)])).toContain('`input` (sensitive) → (sensitive)');
  });

  test('without the marks they would be shown', () => {
    const json = readFileSync(join(folder, `${name}.json`), 'utf8');
    const isMark = (key: string) => key.includes('sensitive');
    const unmarked = JSON.stringify(
      JSON.parse(json, (key, value: unknown) => (isMark(key) ? undefined : value)),
    );
    expect(review([readPlan(unmarked, name, name)])).toContain('horse battery staple');
  });
});
