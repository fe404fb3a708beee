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
];

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
  expect(span).not.toMatch(/[\n\r\u202e\u200b]|[\ud800-\udfff]/);
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
