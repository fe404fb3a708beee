import { inDependencyOrder, nearest, reachable } from '../../review/dependencies';
import { findImpact } from '../../review/impact';
import { readPlan } from '../../review/plan';
import { review } from '../../review/review';
import { planJson } from './plan-json';

/** A graph that counts how often somebody looks up an edge. */
class CountingEdges extends Map<string, ReadonlySet<string>> {
  lookups = 0;

  override get(key: string): ReadonlySet<string> | undefined {
    const used = super.get(key);
    this.lookups += 1 + (used?.size ?? 0);
    return used;
  }
}

const CHAIN = 12_000;
const address = (index: number) => `terraform_data.r${index}`;

/** Each resource uses those that `uses` says. */
function planOf(
  number: number,
  uses: (index: number) => readonly number[],
  actions = ['update'],
  more: object = {},
) {
  const indexes = Array.from({ length: number }, (_, index) => index);
  const changes = indexes.map((index) => ({
    address: address(index),
    actions,
    before: { input: `${index}` },
    after: { input: `${index + 1}` },
    ...more,
  }));
  const resources = indexes.map((index) => ({
    address: address(index),
    expressions: { input: { references: uses(index).map((other) => `${address(other)}.output`) } },
  }));
  return readPlan(planJson(changes, { configuration: { root_module: { resources } } }), 'live', 'plan.json');
}

const before = (index: number) => (index > 0 ? [index - 1] : []);
const all = (index: number) => Array.from({ length: index }, (_, other) => other);

test.each([
  ['a chain', CHAIN, before],
  ['everything that uses everything', 600, all],
  [
    'two of each kind that use all of the kind before',
    CHAIN,
    (index: number) => (index > 1 ? [index - (index % 2) - 1, index - (index % 2) - 2] : []),
  ],
])('%s: each edge is looked up a few times, not once for each resource', (_, number, uses) => {
  const plan = planOf(number, uses);
  const edges = new CountingEdges(plan.dependencies);
  const size = [...plan.dependencies.values()].reduce((sum, used) => sum + used.size + 1, 0);
  expect(findImpact({ ...plan, dependencies: edges }, 40)?.nodes.size).toBe(1);
  inDependencyOrder([...plan.dependencies.keys()], edges);
  reachable([address(number - 1)], edges);
  nearest(address(number - 1), edges, () => false);
  expect(edges.lookups).toBeLessThan(10 * size);
});

test.each<[string, string[], object]>([
  ['created', ['create'], {}],
  ['changed', ['update'], {}],
  ['moved', ['no-op'], { previous_address: 'terraform_data.old' }],
])('a chain of 12,000 resources that are %s is reviewed', (_, actions, more) => {
  const text = review([planOf(CHAIN, before, actions, more)]);
  expect(text).toContain('`live`: ');
  expect(text.length).toBeLessThan(65_536);
});

test('many types have no graph, and a word on it', () => {
  const changes = Array.from({ length: 100 }, (_, index) => ({
    address: `t${index}.it`,
    actions: ['create'],
  }));
  const text = review([readPlan(planJson(changes), 'live', 'plan.json')]);
  expect(text).not.toContain('```mermaid');
  expect(text).toContain('No graph: of more than 40 boxes or 500 arrows it could not be read.');
});

test('too many arrows have no graph, and a word on it', () => {
  // Each type uses every other one: no arrow is superfluous, and there are 36 × 35.
  const types = Array.from({ length: 36 }, (_, index) => `t${index}`);
  const all = types.flatMap((type) => types.map((name) => `${type}.${name}`));
  const resources = all.map((it) => ({
    address: it,
    expressions: {
      input: {
        references: types.map((type) => `${type}.${it.split('.')[0]}`).filter((other) => other !== it),
      },
    },
  }));
  const changes = all.map((it) => ({ address: it, actions: ['create'] }));
  const text = review([
    readPlan(planJson(changes, { configuration: { root_module: { resources } } }), 'live', 'plan.json'),
  ]);
  expect(text).not.toContain('```mermaid');
  expect(text).toContain('No graph: of more than 40 boxes or 500 arrows it could not be read.');
});

test('types are joined in the graph through what is not drawn', () => {
  const names = Array.from({ length: 30 }, (_, index) => `r${index}`);
  const resources = [
    {
      address: 'data.c.between',
      expressions: { input: { references: names.map((name) => `b.${name}.id`) } },
    },
    ...names.map((name) => ({ address: `b.${name}`, expressions: {} })),
    ...names.map((name) => ({
      address: `a.${name}`,
      expressions: { input: { references: ['data.c.between.id'] } },
    })),
  ];
  const changes = ['a', 'b'].flatMap((type) =>
    names.map((name) => ({ address: `${type}.${name}`, actions: ['create'] })),
  );
  const text = review([
    readPlan(planJson(changes, { configuration: { root_module: { resources } } }), 'live', 'plan.json'),
  ]);
  expect(text).toContain('all ×30<br/>a<br/>');
  expect(text.match(/n\d --> n\d/g)).toEqual(['n1 --> n0']);
});

test('thousands of secrets and of rules are looked for at once', () => {
  const changes = Array.from({ length: 5_000 }, (_, index) => ({
    address: address(index),
    before: { input: `password-${index}`, copy: 'x' },
    after: { input: `password-${index + 1}`, copy: `a copy of password-${index}` },
    before_sensitive: { input: true },
    after_sensitive: { input: true },
  }));
  const rules = Array.from({ length: 5_000 }, (_, port) => ({ from_port: port, protocol: 'tcp' }));
  const firewall = {
    address: 'aws_security_group.it',
    before: { ingress: rules },
    after: { ingress: [...rules].reverse().slice(1) },
  };
  const text = review([readPlan(planJson([...changes, firewall]), 'live', 'plan.json')]);
  expect(text).not.toContain('password-');
  expect(text).toContain('5001 to change');
});
