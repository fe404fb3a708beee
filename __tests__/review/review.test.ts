import { readPlan } from '../../review/plan';
import { LIMIT, review } from '../../review/review';
import { planJson } from './plan-json';

function plan(changes: readonly object[], stack = 'live', more: object = {}) {
  return readPlan(planJson(changes, more), stack, 'plan.json');
}

function many(number: number, length: number) {
  return Array.from({ length: number }, (_, index) => ({
    address: `terraform_data.r${index}_${'x'.repeat(length)}`,
    before: { input: `${index}` },
    after: { input: `${index + 1}`, a: 'a', b: 'b', c: 'c' },
  }));
}

describe('length', () => {
  test('300 resources fit whole', () => {
    const text = review([plan(many(300, 10))]);
    expect(text.length).toBeLessThanOrEqual(LIMIT);
    expect(text).not.toContain('Shortened');
    expect(text).toContain('`terraform_data.r299_xxxxxxxxxx`');
  });

  test.each([
    [300, 200],
    [1_000, 20],
    [1_000, 5_000],
  ])('%i resources with names of %i characters are shortened with a notice', (number, length) => {
    const text = review([plan(many(number, length))]);
    expect(text.length).toBeLessThanOrEqual(LIMIT);
    expect(text.startsWith('`live`: ')).toBe(true);
    expect(text).toContain('> Shortened to what a comment may have (65,536 characters). Missing: ');
    expect(text).toContain(`0 to add, ${number} to change, 0 to destroy`);
  });

  test('even the verdicts of a great many stacks are cut, not refused', () => {
    const text = review(
      Array.from({ length: 900 }, (_, index) => plan(many(1, 1), `${'stack'.repeat(20)}${index}`)),
    );
    expect(text.length).toBeLessThanOrEqual(LIMIT);
    expect(text).toContain('> Shortened');
  });

  test('the verdict and what endangers data stay at the top', () => {
    const text = review([
      plan([...many(1_000, 200), { address: 'aws_s3_bucket.state', actions: ['delete'] }]),
    ]);
    expect(
      text.startsWith('`live`: **data at risk**; no host is involved.\n\n> [!CAUTION]\n> **Data at risk.**'),
    ).toBe(true);
    expect(text).toContain('> - `live`: `aws_s3_bucket.state` is destroyed');
  });
});

describe('however long a text is', () => {
  const long = 'x'.repeat(70_000);
  const HEAD = 1_000;

  test.each<[string, object[], object]>([
    ['an address', [{ address: `aws_s3_bucket.${long}`, actions: ['delete'] }], {}],
    ['a key', [{ address: `aws_s3_bucket.it["${long}"]`, actions: ['delete'] }], {}],
    [
      'the name of a value',
      [{ address: 'aws_s3_bucket.it', before: { [long]: 1 }, after: { [long]: 2 } }],
      {},
    ],
    [
      'an earlier address',
      [{ address: 'aws_s3_bucket.it', actions: ['delete'], previous_address: long }],
      {},
    ],
    ['an id', [{ address: 'aws_s3_bucket.it', actions: ['delete'], importing: { id: long } }], {}],
    [
      'an output',
      [{ address: 'aws_s3_bucket.it', actions: ['delete'] }],
      { output_changes: { [long]: { actions: ['create'] } } },
    ],
    [
      'an action',
      [],
      { action_invocations: [{ address: long, type: 'a', config_values: { [long]: long } }] },
    ],
    [
      'a check',
      [{ address: 'aws_s3_bucket.it', actions: ['delete'] }],
      { checks: [{ address: { to_display: long }, status: 'fail' }] },
    ],
  ])('%s does not push the verdict out', (_, changes, more) => {
    const text = review([plan(changes, 'live', more)]);
    expect(text.length).toBeLessThanOrEqual(LIMIT);
    expect(text.slice(0, HEAD)).toContain('`live`: **data at risk**; no host is involved');
    expect(text.slice(0, HEAD)).toContain('> [!CAUTION]');
    expect(text).not.toContain('x'.repeat(1_000));
    expect(text).toMatch(/\d characters in all/);
    expect(text).not.toContain('Shortened');
  });

  test('many of them neither', () => {
    const names = Array.from(
      { length: 100 },
      (_, index) => `aws_s3_bucket.n${index}_${'`|\u200b'.repeat(20_000)}`,
    );
    const changes = names.map((address) => ({ address, actions: ['delete'], importing: { id: address } }));
    const text = review([plan(changes), plan(changes, 'other')]);
    expect(text.length).toBeLessThanOrEqual(LIMIT);
    expect(text.startsWith('- `live`: **data at risk**')).toBe(true);
    expect(text.split('\n')[1]).toMatch(/^- `other`: \*\*data at risk/);
    expect(text).toContain('- …and 180 more');
    expect(text).toContain('> Shortened to what a comment may have');
  });
});

describe('no table drops a row without a word', () => {
  const names = Array.from({ length: 2_500 }, (_, index) => `n${index}`);
  const entry = (name: string) => ({ address: `a.${name}`, type: 'a', mode: 'managed' });

  test.each<[string, object[], object, number]>([
    ['changes', names.map((name) => ({ address: `terraform_data.${name}`, actions: ['create'] })), {}, 2_500],
    [
      'outputs',
      [],
      { output_changes: Object.fromEntries(names.map((name) => [name, { actions: ['create'], after: 1 }])) },
      2_500,
    ],
    [
      'actions',
      [],
      { action_invocations: names.map((name) => ({ address: name, type: 'aws_sns_publish' })) },
      2_500,
    ],
    [
      'deferrals',
      [],
      {
        deferred_changes: names.map((name) => ({
          reason: 'x',
          resource_change: { ...entry(name), change: { actions: ['create'] } },
        })),
      },
      2_500,
    ],
    [
      'checks',
      [],
      { checks: names.map((name) => ({ address: { to_display: name }, status: 'fail' })) },
      2_500,
    ],
    [
      'drift',
      [],
      { resource_drift: names.map((name) => ({ ...entry(name), change: { actions: ['delete'] } })) },
      2_500,
    ],
  ])('%s', (_, changes, more, number) => {
    const text = review([plan(changes, 'live', more)]);
    const rows = [...text.matchAll(/^\| [^|]*\| (?!---)(?!resource|output|when|deferred|of |value|in the)/gm)]
      .length;
    const left = Number(/^…and (\d+) more\.$/m.exec(text)?.[1] ?? 0);
    expect(text.length).toBeLessThanOrEqual(LIMIT);
    expect(rows).toBeGreaterThan(5);
    expect(rows + left).toBe(number);
  });
});

describe('why', () => {
  const configuration = (expressions: object) => ({
    configuration: { root_module: { resources: [{ address: 'aws_ami.it', expressions }] } },
  });

  test('the attribute that forces a replacement, not what a new resource brings along', () => {
    const change = {
      address: 'aws_ami.it',
      actions: ['delete', 'create'],
      action_reason: 'replace_because_cannot_update',
      before: { name: 'old', disk: [{ snapshot: 's-1', iops: 100 }], size: 3 },
      after: { name: 'old', disk: [{ iops: null }] },
      after_unknown: { disk: [{ snapshot: true }], size: true },
      replace_paths: [['disk']],
    };
    const expressions = { name: { constant_value: 'old' }, disk: [{ snapshot: { references: ['s.s'] } }] };
    const text = review([plan([change], 'live', configuration(expressions))]);
    expect(text).toContain(
      '| ± replace | `aws_ami.it` | **`disk[0].snapshot` `s-1` → (known after apply)** forces it |',
    );
  });

  test.each([
    ['replace_because_tainted', 'tainted: the last run left it unfinished'],
    ['replace_by_triggers', 'something it uses changes (`replace_triggered_by`)'],
  ])('%s', (action_reason, words) => {
    expect(review([plan([{ actions: ['delete', 'create'], action_reason }])])).toContain(`| ${words} |`);
  });

  test('an unknown value is said to be unknown', () => {
    const text = review([plan([{ before: { ip: '192.0.2.1' }, after: {}, after_unknown: { ip: true } }])]);
    expect(text).toContain('`ip` `192.0.2.1` → (known after apply)');
  });

  test('store paths keep enough to differ', () => {
    const before = { input: '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-iplz/iplz.vhd' };
    const after = { input: '/nix/store/1123456789abcdfghijklmnpqrsvwxyz-iplz/iplz.vhd' };
    expect(review([plan([{ before, after }])])).toContain(
      '`/nix/store/0123456…-iplz/iplz.vhd` → `/nix/store/1123456…-iplz/iplz.vhd`',
    );
  });

  test('long values are cut where they differ', () => {
    const [before, after] = ['left', 'right'].map((end) => ({ input: 'x'.repeat(500) + end }));
    expect(review([plan([{ before, after }])])).toContain('`…xxxxxxxxxxxxleft` → `…xxxxxxxxxxxxright`');
  });
});

describe('secrets', () => {
  test.each([
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn'],
    ['an age key', 'AGE-SECRET-KEY-1QQQQ'],
    ['an AWS access key', 'id = AKIAIOSFODNN7EXAMPLE'],
  ])('%s in clear is called out and not shown', (kind, value) => {
    const text = review([plan([{ before: { user_data: 'none' }, after: { user_data: value } }])]);
    expect(text).toContain(`> - \`live\`: \`terraform_data.it\` contains what looks like ${kind}`);
    expect(text).toContain('`user_data` `none` → (sensitive)');
    expect(text).not.toContain(value.slice(-6));
  });

  test('a part that becomes unknown hides the parts that it had', () => {
    const change = {
      before: { login: { user: 'iplz', pin: '1234' } },
      after: {},
      before_sensitive: { login: { pin: true } },
      after_unknown: { login: true },
    };
    expect(review([plan([change])])).not.toContain('1234');
  });
});

test('a table is in dependency order', () => {
  const uses = {
    configuration: {
      root_module: {
        resources: [
          {
            address: 'terraform_data.a',
            expressions: { input: { references: ['terraform_data.b.output'] } },
          },
          { address: 'terraform_data.b', expressions: {}, depends_on: ['terraform_data.c'] },
        ],
      },
    },
  };
  const changes = ['a', 'b', 'c'].map((name) => ({ address: `terraform_data.${name}`, actions: ['create'] }));
  const text = review([plan(changes, 'live', uses)]);
  expect([...text.matchAll(/^\| \+ create \| `terraform_data\.(.)`/gm)].map(([, name]) => name)).toEqual([
    'c',
    'b',
    'a',
  ]);
});
