import { gzipSync } from 'node:zlib';

import { readPlan } from '../../review/plan';
import { review } from '../../review/review';
import { looksLikeSecret } from '../../review/secret-formats';
import { planJson } from './plan-json';

const SECRET = 'correct "horse" <battery> & $taple\\9';

const json = (text: string) => JSON.stringify(text).slice(1, -1);
const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'inside of another text': (text) => `postgres://iplz:${text}@localhost/iplz`,
  'as JSON': (text) => JSON.stringify({ password: text }),
  'as JSON in JSON': (text) => JSON.stringify({ inner: JSON.stringify({ password: text }) }),
  'as Terraform writes JSON': (text) =>
    json(text).replace(/[<>&]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`),
  'in a URL': encodeURIComponent,
  'in HTML': (text) =>
    text.replace(
      /[<>&"]/g,
      (letter) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&#34;' })[letter] ?? '',
    ),
  'in base64': (text) => Buffer.from(text).toString('base64'),
  'in base64 behind a name': (text) => `Basic ${Buffer.from(`iplz:${text}`).toString('base64')}`,
  'in base64 of a URL': (text) => Buffer.from(text).toString('base64url'),
  'in lines of base64': (text) =>
    (
      Buffer.from(text.repeat(3))
        .toString('base64')
        .match(/.{1,20}/g) ?? []
    ).join('\n'),
  'in base64 of JSON': (text) => Buffer.from(JSON.stringify({ password: text })).toString('base64'),
  'in compressed base64': (text) => gzipSync(`#!/bin/sh\necho '${text}'\n`).toString('base64'),
  'in base64 of Windows': (text) => Buffer.from(text, 'utf16le').toString('base64'),
  'in hexadecimal': (text) => Buffer.from(text).toString('hex'),
};

/** What gives the secret away: a plain part of it, or of an encoding. */
function isLeaked(text: string): boolean {
  return /horse|battery|taple|Y29ycmVjd|Zmlyc3Q|6d62726f6b/.test(text) || text.includes('636f727265');
}

const marked = {
  address: 'terraform_data.marked',
  before: { input: 'x' },
  after: { input: SECRET },
  after_sensitive: { input: true },
};

/** The places of a plan that are shown, with a text in each. */
const PLACES: Readonly<Record<string, (text: string) => [object[], object]>> = {
  value: (text) => [[{ before: { a: 'x' }, after: { a: text } }], {}],
  'earlier value': (text) => [[{ before: { a: text }, after: { a: 'x' } }], {}],
  'name of a value': (text) => [[{ before: {}, after: { [text]: 'x' } }], {}],
  'part of a value': (text) => [[{ before: { a: [] }, after: { a: [{ b: ['y', text] }] } }], {}],
  address: (text) => [
    [{ address: `terraform_data.it["${json(text)}"]`, before: { a: 1 }, after: { a: 2 } }],
    {},
  ],
  'earlier address': (text) => [
    [{ actions: ['no-op'], previous_address: `terraform_data.a["${json(text)}"]` }],
    {},
  ],
  'id of an import': (text) => [[{ actions: ['no-op'], importing: { id: text } }], {}],
  'identity of an import': (text) => [[{ actions: ['no-op'], importing: { identity: { id: text } } }], {}],
  'value of a new resource': (text) => [[{ actions: ['create'], after: { policy: text } }], {}],
  'statement of a policy': (text) => [
    [
      {
        actions: ['create'],
        after: { policy: JSON.stringify({ Statement: [{ Effect: 'Allow', Action: text }] }) },
      },
    ],
    {},
  ],
  'name of an output': (text) => [[], { output_changes: { [text]: { actions: ['create'], after: 'x' } } }],
  output: (text) => [[], { output_changes: { it: { actions: ['create'], after: { deep: text } } } }],
  'message of a check': (text) => [
    [],
    {
      checks: [
        {
          address: { to_display: 'check.it' },
          status: 'fail',
          instances: [{ address: { to_display: 'check.it' }, status: 'fail', problems: [{ message: text }] }],
        },
      ],
    },
  ],
  'address of a check': (text) => [[], { checks: [{ address: { to_display: text }, status: 'fail' }] }],
  'value of an action': (text) => [
    [],
    { action_invocations: [{ address: 'action.a.b', type: 'a', config_values: { c: text } }] },
  ],
  'address of an action': (text) => [[], { action_invocations: [{ address: text, type: 'a' }] }],
  'what an action is for': (text) => [
    [],
    {
      action_invocations: [
        {
          address: 'action.a.b',
          type: 'a',
          lifecycle_action_trigger: { triggering_resource_address: text, action_trigger_event: text },
        },
      ],
    },
  ],
  'reason of a deferral': (text) => [
    [],
    { deferred_changes: [{ reason: text, resource_change: resource(text) }] },
  ],
  drift: (text) => [
    [],
    {
      resource_drift: [
        { ...resource('a.b'), change: { actions: ['update'], before: { a: 'x' }, after: { a: text } } },
      ],
    },
  ],
  'a loss': (text) => [[{ address: `aws_s3_bucket.it["${json(text)}"]`, actions: ['delete'] }], {}],
};

function resource(address: string) {
  return { address, type: 'terraform_data', mode: 'managed', change: { actions: ['create'] } };
}

describe.each(Object.keys(PLACES))('a sensitive text in the place of: %s', (place) => {
  test.each(Object.keys(ENCODINGS))('%s', (encoding) => {
    const text = ENCODINGS[encoding]?.(SECRET) ?? '';
    const [changes, more] = PLACES[place]?.(text) ?? [[], {}];
    const plan = (...others: object[]) =>
      readPlan(planJson([...changes, ...others], more), 'live', 'plan.json');
    expect(isLeaked(review([plan(marked)]))).toBe(false);
    expect(review([plan(marked)])).toContain('(sensitive)');
    // It is shown where another text is the secret.
    const other = { ...marked, after: { input: 'something else' } };
    expect(review([plan(other)])).not.toBe(review([plan(marked)]));
  });
});

test('a text that is sensitive in one plan is in none', () => {
  const plans = [
    readPlan(planJson([marked]), 'one', 'plan.json'),
    readPlan(planJson([{ before: { a: 'x' }, after: { a: SECRET } }]), 'other', 'plan.json'),
  ];
  expect(isLeaked(review(plans))).toBe(false);
});

const sensitive = (value: unknown) => ({ ...marked, after: { input: value } });
const shown = (value: unknown) => ({ before: { a: 'x' }, after: { a: value } });
const of = (...changes: object[]) => review([readPlan(planJson(changes), 'live', 'plan.json')]);

test.each<[string, unknown, unknown]>([
  [
    'a line of a key',
    '-----BEGIN KEY-----\nfirstlineofthekey\nsecondlineofit\n-----END KEY-----\n',
    'cat firstlineofthekey',
  ],
  ['a member of a document', '{"user":"iplz","password":"horsebattery"}', 'horsebattery'],
  ['the password of a URL', 'https://iplz:horsebattery@example.org/', 'login horsebattery'],
  ['a short one as a whole', 'pin1', 'pin1'],
  ['a short one as a word', 'pin1', 'login: pin1!'],
  ['a number', 20261125, 'code 20261125'],
  ['one that ends in a line break', 'horsebattery\n', 'horsebattery'],
])('%s is hidden', (_, secret, text) => {
  expect(of(shown(text))).toContain(String(text));
  expect(of(shown(text), sensitive(secret))).toContain('`a` `x` → (sensitive)');
});

test('a short text does not hide whatever contains it', () => {
  expect(of(shown('a pinch'), sensitive('pin'))).toContain('`a pinch`');
});

test.each([
  [
    'the state',
    {
      prior_state: {
        values: {
          root_module: {
            child_modules: [
              { resources: [{ address: 'data.a.b', values: { s: SECRET }, sensitive_values: { s: true } }] },
            ],
          },
        },
      },
    },
  ],
  ['an output of the state', { planned_values: { outputs: { s: { sensitive: true, value: SECRET } } } }],
  [
    'a variable',
    {
      variables: { s: { value: SECRET } },
      configuration: { root_module: { variables: { s: { sensitive: true } } } },
    },
  ],
  [
    'an ephemeral variable',
    {
      variables: { s: { value: SECRET } },
      configuration: { root_module: { variables: { s: { ephemeral: true } } } },
    },
  ],
  [
    'a module',
    {
      configuration: {
        root_module: {
          module_calls: {
            m: {
              expressions: { s: { constant_value: SECRET } },
              module: { variables: { s: { sensitive: true } } },
            },
          },
        },
      },
    },
  ],
  [
    'an action',
    {
      action_invocations: [
        { address: 'action.a.b', type: 'a', config_values: { s: SECRET }, config_sensitive: { s: true } },
      ],
    },
  ],
  [
    'an output',
    { output_changes: { s: { actions: ['no-op'], before: SECRET, after: SECRET, after_sensitive: true } } },
  ],
])('what is sensitive in %s is hidden elsewhere', (_, more) => {
  expect(isLeaked(review([readPlan(planJson([shown(SECRET)], more), 'live', 'plan.json')]))).toBe(false);
});

describe('by its look', () => {
  const x = (number: number) => 'x'.repeat(number);
  const X = (number: number) => 'X'.repeat(number);
  const pem = (kind: string) => `-----BEGIN ${kind}-----\nb3Bl`;

  // Put together here, so that nobody takes this file for one with secrets in it.
  test.each([
    ['a private key', pem('OPENSSH PRIVATE KEY')],
    ['a private key', pem('PGP PRIVATE KEY BLOCK')],
    ['a private key', ['PuTTY-User-Key-File', '3: ssh-ed25519'].join('-')],
    ['an age key', ['AGE-SECRET-KEY', '1QQQQ'].join('-')],
    ['an age key', ['AGE-SECRET-KEY-PQ', '1QQQQ'].join('-')],
    ['an age key', ['AGE-PLUGIN-YUBIKEY', '1QQQQ'].join('-')],
    ['an age key', ['AGE-PLUGIN-SE', '1QQQQ'].join('-')],
    ['an AWS access key', `id = AKIA${X(16)}`],
    ['an AWS secret key', `aws_secret_access_key = ${x(40)}`],
    ['a GitHub token', `ghp_${x(36)}`],
    ['a GitHub token', `github_pat_${x(60)}`],
    ['a GitLab token', `glpat-${x(20)}`],
    ['a Slack token', `xoxb-${x(20)}`],
    ['a Google key', `AIza${x(35)}`],
    ['a Stripe key', `sk_live_${x(24)}`],
    ['an API key', `sk-ant-api03-${x(40)}`],
    ['an npm token', `npm_${x(36)}`],
    ['a PyPI token', `pypi-AgE${x(60)}`],
    ['a Docker token', `dckr_pat_${x(27)}`],
    ['a Hugging Face token', `hf_${x(34)}`],
    ['a SendGrid key', `SG.${x(22)}.${x(43)}`],
    ['a Vault token', `hvs.${x(24)}`],
    ['a Terraform token', `${x(14)}.atlasv1.${x(67)}`],
    ['a DigitalOcean token', `dop_v1_${'a'.repeat(64)}`],
    ['a Tailscale key', `tskey-auth-${x(16)}`],
    ['a Cachix or Nix signing key', `cache.example.org-1:${X(86)}==`],
    ['a signed token', `eyJ${x(20)}.eyJ${x(20)}.${x(20)}`],
    ['a URL with a password', 'postgres://iplz:hunter2@localhost/iplz'],
  ])('%s: %s', (kind, value) => {
    expect(looksLikeSecret(value)).toBe(kind);
    const text = of({ before: { user_data: 'none' }, after: { user_data: `begin ${value}` } });
    if (kind === 'a Cachix or Nix signing key') return; // a line of its own
    expect(text).toContain(`> - \`live\`: \`terraform_data.it\` contains what looks like ${kind}`);
    expect(text).toContain('`user_data` `none` → (sensitive)');
    expect(text).not.toContain(value.slice(-10));
  });

  test('in a file that is encoded', () => {
    const file = gzipSync(`export TOKEN=ghp_${x(36)}\n`).toString('base64');
    expect(of({ actions: ['create'], after: { user_data_base64: file } })).toContain(
      'looks like a GitHub token',
    );
  });

  test.each([
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4',
    'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kudsz4jxqkz7',
    'cache.nixos.org-1:6NCHdD59X431o0gWypbMrAURkbJ16ZPMQFGspcDShjY=',
    '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system',
    'arn:aws:iam::123456789012:role/deploy',
    'https://example.org:8443/path?user=a@b',
    'http://127.77.0.1/',
    'git@github.com:owner/project.git',
  ])('%s is none', (text) => {
    expect(looksLikeSecret(text)).toBeUndefined();
  });
});
