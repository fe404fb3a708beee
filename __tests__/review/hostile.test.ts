import { code } from '../../review/markdown';
import { readPlan } from '../../review/plan';
import { review } from '../../review/review';
import { planJson } from './plan-json';

const HOSTILE = [
  '`code` ``code``',
  '``` ````',
  '`',
  ' ',
  '',
  '**bold** _it_ [link](https://example.org) ![image](https://example.org/i.png)',
  '| cell | \\| cell \\\\| cell',
  '<script>alert(1)</script><img src=x onerror=alert(1)><!--',
  '@octocat #1 :tada: https://example.org',
  '"]; click n0 href "javascript:alert(1)"; subgraph x["',
  '%%{init: {}}%% end --> n1',
  'line\n```\n# heading\n\n> [!CAUTION]\r\n</details>',
  'right to left \u202etxt.exe zero\u200bwidth \ud800',
  'tags \u{e0041}\u{e007f} fillers \u3164\uffa0\u115f\u2800 spaces \u00a0\u2003\u3000 joiners \u200d\u2060\ufeff\u034f',
  'selectors \ufe0f\u{e0101}\u180b isolates \u2066\u2069 separators \u2028\u2029 private \ue000 none \u0378',
  '\u0301 on nothing, a\u0301\u0302\u0303\u0304\u0305 piled up',
  '\u001b[31mred\u001b[0m \u0007 \u0000 \u0085',
];

/** Whatever shows nothing, or moves or covers what is beside it. */
const UNSEEN =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u{1D159}]|(?! )\p{Zs}|(?<![\p{L}\p{N}\p{M}])\p{M}|\p{M}{3}/u;

/** The content of a code span, by CommonMark's rule: it ends at the first run of backticks of the same length. */
function contentOf(span: string): string {
  const fence = /^`+/.exec(span)?.[0] ?? '';
  const rest = span.slice(fence.length);
  const end = [...rest.matchAll(/`+/g)].find(([run]) => run.length === fence.length);
  expect(end && end.index + fence.length).toBe(rest.length); // nothing after it
  return rest.slice(0, end?.index);
}

test.each(HOSTILE)('%j is one code span in one cell of one line', (text) => {
  const span = code(text);
  expect(span).not.toMatch(UNSEEN);
  // GitHub takes a bar for the end of the cell unless an odd number of backslashes is before it.
  for (const [, backslashes = ''] of span.matchAll(/(\\*)\|/g)) expect(backslashes.length % 2).toBe(1);
  expect(contentOf(span)).not.toBe('');
});

test('a plan with hostile names and values has the rows and the graph of any other', () => {
  const changes = HOSTILE.map((text, index) => ({
    address: `terraform_data.it[${JSON.stringify(`${text}${index}`)}]`,
    before: { [`key ${text}`]: text },
    after: { [`key ${text}`]: `${text}!` },
  }));
  const lines = review([readPlan(planJson(changes), HOSTILE.join(), 'plan.json')]).split('\n');
  const rows = lines.filter((line) => line.startsWith('| ~ change |'));
  expect(rows).toHaveLength(HOSTILE.length);
  for (const row of rows) expect(row.replaceAll(/(?<!\\)(?:\\\\)*\\\|/g, '').split('|')).toHaveLength(5);
  // A line that begins with backticks and has more of them later is no fence, but a code span.
  const fences = lines.filter((line) => /^```[^`]*$/.test(line));
  expect(fences).toEqual(['```mermaid', '```']);
});

function resource(address: string, actions: readonly string[], more: object = {}) {
  return { address, type: address.split('.')[0], mode: 'managed', change: { actions, ...more } };
}

const PLACES: Readonly<Record<string, (text: string) => [object[], object]>> = {
  address: (text) => [[{ address: `terraform_data.${text}`, actions: ['create'] }], {}],
  type: (text) => [[{ address: 'terraform_data.it', type: text, actions: ['create'] }], {}],
  'earlier address': (text) => [[{ actions: ['no-op'], previous_address: text }], {}],
  'id of an import': (text) => [[{ actions: ['no-op'], importing: { id: text } }], {}],
  'identity of an import': (text) => [
    [{ actions: ['no-op'], importing: { identity: { [text]: text } } }],
    {},
  ],
  'a change': (text) => [[{ before: { [text]: text }, after: { [text]: `${text}.` } }], {}],
  'a firewall': (text) => [
    [{ actions: ['create'], after: { ingress: [{ from_port: text, protocol: text, cidr_blocks: [text] }] } }],
    {},
  ],
  'a policy': (text) => [
    [
      {
        actions: ['create'],
        after: {
          [`policy ${text}`]: JSON.stringify({
            Statement: {
              Effect: text,
              Action: [text],
              Resource: text,
              Principal: { AWS: text },
              Condition: text,
            },
          }),
        },
      },
    ],
    {},
  ],
  'a loss': (text) => [
    [{ address: `aws_ebs_volume.${text}`, before: { size: 2, [text]: 1 }, after: { size: 1 } }],
    {},
  ],
  'a rule of a lifecycle': (text) => [
    [
      {
        address: 'aws_s3_bucket_lifecycle_configuration.it',
        actions: ['update'],
        after: { rule: [{ id: text, expiration: [{ days: 1 }] }] },
      },
    ],
    {},
  ],
  'a secret in clear': (text) => [
    [{ address: `terraform_data.${text}`, actions: ['create'], after: { a: `AKIA${'X'.repeat(16)}` } }],
    {},
  ],
  'an output': (text) => [
    [],
    {
      output_changes: {
        [text]: { actions: ['update'], before: { [text]: text }, after: { [text]: [text] } },
      },
    },
  ],
  'an action': (text) => [
    [],
    {
      action_invocations: [
        {
          address: text,
          type: text,
          config_values: { [text]: text },
          lifecycle_action_trigger: { triggering_resource_address: text, action_trigger_event: text },
        },
      ],
    },
  ],
  'a deferral': (text) => [
    [],
    { deferred_changes: [{ reason: text, resource_change: resource(text, ['delete']) }] },
  ],
  'a check': (text) => [
    [],
    {
      checks: [
        {
          address: { to_display: text },
          status: 'fail',
          instances: [{ address: { to_display: text }, status: 'fail', problems: [{ message: text }] }],
        },
      ],
    },
  ],
  drift: (text) => [
    [],
    { resource_drift: [resource(text, ['update'], { before: { [text]: text }, after: { [text]: 'x' } })] },
  ],
  'an instance': (text) => [[{ address: `aws_instance.${text}`, actions: ['delete'] }], {}],
};

/** Without what is in code spans, by CommonMark's rule, a plan's own texts are gone. */
function withoutSpans(line: string): string {
  return line.replaceAll(/(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/g, '');
}

/** A graph has a test of its own. */
function withoutGraph(lines: readonly string[]): readonly string[] {
  const start = lines.indexOf('```mermaid');
  return start < 0 ? lines : [...lines.slice(0, start), ...lines.slice(lines.indexOf('```', start) + 1)];
}

describe.each(Object.keys(PLACES))('in the place of: %s', (place) => {
  test.each(HOSTILE.filter((text) => text !== ''))('%j is neither Markdown nor unseen', (text) => {
    const build = (it: string) => {
      const [changes, more] = PLACES[place]?.(it) ?? [[], {}];
      return review([readPlan(planJson(changes, more), it, 'plan.json')]);
    };
    const lines = build(text).trimEnd().split('\n');
    const plain = build('plain').trimEnd().split('\n');
    for (const line of lines) expect(line).not.toMatch(UNSEEN);
    // Line by line, what is around the texts is the same as around a plain one.
    const around = (all: readonly string[]) =>
      withoutGraph(all).map((line) => withoutSpans(line.replaceAll('\\|', '')).replaceAll(/\s+/g, ' '));
    expect(around(lines)).toEqual(around(plain));
  });
});

test('a label has nothing that Mermaid could take for syntax', () => {
  const changes = HOSTILE.map((text, index) => ({
    address: `terraform_data.x${index}${text}`,
    actions: ['create'],
  }));
  const text = review([readPlan(planJson(changes), 'live', 'plan.json')]);
  const graph = text.slice(text.indexOf('```mermaid'), text.indexOf('```\n\n<sub>'));
  const lines = graph.trimEnd().split('\n').slice(2);
  expect(lines.length).toBeGreaterThan(HOSTILE.length);
  for (const line of lines) {
    expect(line).toMatch(
      /^ {2}(n\d+\(\["([\p{L}\p{N} _.…×#;-]|<br\/>)+\+ create"\]\):::create|classDef .*)$/u,
    );
  }
});
