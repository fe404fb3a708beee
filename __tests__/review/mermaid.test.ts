import { mermaidGraph } from '../../review/mermaid';
import { readPlan } from '../../review/plan';
import { planJson } from './plan-json';

/** `a` uses `b`, and so on. */
function chain(
  actions: Readonly<Record<string, readonly string[]>>,
  uses: Readonly<Record<string, readonly string[]>>,
) {
  const changes = Object.entries(actions).map(([name, list]) => ({
    address: `terraform_data.${name}`,
    actions: list,
  }));
  const resources = Object.entries(uses).map(([name, used]) => ({
    address: `terraform_data.${name}`,
    expressions: { input: { references: used.map((other) => `terraform_data.${other}.output`) } },
  }));
  return mermaidGraph(
    readPlan(planJson(changes, { configuration: { root_module: { resources } } }), 'live', 'plan.json'),
  );
}

const boxes = (graph: readonly string[]) =>
  graph.flatMap(
    (line) => /^ {2}(n\d+)[^"]*"(.*)<br\/>terraform_data<br\/>(.*)".*:::(.*)$/.exec(line)?.slice(1) ?? [],
  );

test('shows the statuses apart by sign, word and outline', () => {
  const graph = chain(
    { a: ['create'], b: ['update'], c: ['delete', 'create'], d: ['delete'], e: ['no-op'] },
    { e: ['a', 'b', 'c'] },
  );
  expect(graph.slice(2, 7)).toEqual([
    '  n0(["a<br/>terraform_data<br/>+ create"]):::create',
    '  n1["b<br/>terraform_data<br/>~ change"]:::update',
    '  n2{{"c<br/>terraform_data<br/>± replace"}}:::replace',
    '  n3[/"d<br/>terraform_data<br/>− destroy"\\]:::destroy',
    '  n4["e<br/>terraform_data<br/>· untouched"]:::none',
  ]);
});

test('draws what follows and what is used, and not the rest', () => {
  const graph = chain(
    {
      below: ['no-op'],
      used: ['no-op'],
      changed: ['update'],
      user: ['no-op'],
      above: ['no-op'],
      apart: ['no-op'],
    },
    { used: ['below'], changed: ['used'], user: ['changed'], above: ['user'] },
  );
  const shown = boxes(graph).filter((_, index) => index % 4 === 1 || index % 4 === 2);
  expect(shown).toEqual([
    'used',
    '· used',
    'changed',
    '~ change',
    'user',
    '· untouched',
    'above',
    '· untouched',
  ]);
});

test('leaves out an edge that a longer way makes superfluous', () => {
  const graph = chain({ a: ['create'], b: ['create'], c: ['create'] }, { c: ['a', 'b'], b: ['a'] });
  expect(graph.filter((line) => line.includes('-->'))).toEqual(['  n0 --> n1', '  n1 --> n2']);
});

test('puts the many of one type and status into one box', () => {
  const names = Array.from({ length: 60 }, (_, index) => `r${index}`);
  const graph = chain(Object.fromEntries(names.map((name) => [name, ['create']])), {});
  expect(boxes(graph)).toEqual(['n0', 'all ×60', '+ create', 'create']);
});

test('nothing changes, nothing is drawn', () => {
  expect(chain({ a: ['no-op'] }, {})).toEqual([]);
});
