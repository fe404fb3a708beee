import { isObject, type Reader } from './json';

/**
 * Who uses whom. What the configuration has refers by expressions and
 * `depends_on`; what it no longer has (and is destroyed) is only in the prior state.
 */
export function readDependencies(plan: Reader): Edges {
  const dependencies = new Map<string, Set<string>>();
  addConfigured(plan.optionalChild('configuration').optionalChild('root_module'), '', dependencies);
  addRecorded(
    plan.optionalChild('prior_state').optionalChild('values').optionalChild('root_module'),
    dependencies,
  );
  return dependencies;
}

export type Edges = ReadonlyMap<string, ReadonlySet<string>>;

/** Every resource that some addresses lead to, however far, without themselves unless they are led to. */
export function reachable(addresses: Iterable<string>, edges: Edges): Set<string> {
  const seen = new Set<string>();
  const waiting = [...addresses];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const other of edges.get(next) ?? []) {
      if (seen.has(other)) continue;
      seen.add(other);
      waiting.push(other);
    }
  }
  return seen;
}

/**
 * The resources that meet a condition and that `address` leads to by way of none
 * that meets it.
 */
export function nearest(address: string, edges: Edges, isMet: (address: string) => boolean): Set<string> {
  const found = new Set<string>();
  const seen = new Set([address]);
  const waiting = [address];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const other of edges.get(next) ?? []) {
      if (seen.has(other)) continue;
      seen.add(other);
      if (isMet(other)) found.add(other);
      else waiting.push(other);
    }
  }
  return found;
}

/** The other way round: who is used → by whom. */
export function reversed(edges: Edges): Map<string, Set<string>> {
  const users = new Map<string, Set<string>>();
  for (const [user, used] of edges) {
    for (const other of used) {
      const known = users.get(other);
      if (known === undefined) users.set(other, new Set([user]));
      else known.add(user);
    }
  }
  return users;
}

/** Sorted so that each comes after what it uses; otherwise in the order given. */
export function inDependencyOrder(addresses: readonly string[], dependencies: Edges): string[] {
  const asked = new Set(addresses);
  const ordered: string[] = [];
  const visited = new Set<string>();
  for (const start of addresses) {
    if (visited.has(start)) continue;
    visited.add(start);
    // No recursion: a chain of ten thousand resources is deeper than a stack.
    const open = [{ address: start, used: used(start, dependencies) }];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const { value: next, done } = top.used.next();
      if (done === true) {
        if (asked.has(top.address)) ordered.push(top.address);
        open.pop();
      } else if (!visited.has(next)) {
        visited.add(next);
        open.push({ address: next, used: used(next, dependencies) });
      }
    }
  }
  return ordered;
}

function used(address: string, dependencies: Edges): Iterator<string, undefined> {
  return (dependencies.get(address) ?? new Set<string>()).values();
}

/** The configuration's address of an instance: without the keys of `count` and `for_each`. */
export function withoutKeys(address: string): string {
  return address.replaceAll(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, '').replace(/ \(deposed .*\)$/, '');
}

function addConfigured(module: Reader, prefix: string, dependencies: Map<string, Set<string>>): void {
  for (const resource of module.readers('resources')) {
    const used = [
      ...references(resource.get('expressions')),
      ...references(resource.get('provisioners')),
      ...references(resource.get('count_expression')),
      ...references(resource.get('for_each_expression')),
      ...resource.list('depends_on').map(String),
    ];
    add(
      dependencies,
      prefix + resource.text('address'),
      used.filter(isOfResource).map((reference) => prefix + resourceOf(reference)),
    );
  }
  for (const [name, call] of module.members('module_calls')) {
    addConfigured(call.optionalChild('module'), `${prefix}module.${name}.`, dependencies);
  }
}

function addRecorded(module: Reader, dependencies: Map<string, Set<string>>): void {
  for (const resource of module.readers('resources')) {
    const address = withoutKeys(resource.text('address'));
    if (!dependencies.has(address)) add(dependencies, address, resource.list('depends_on').map(String));
  }
  for (const child of module.readers('child_modules')) addRecorded(child, dependencies);
}

/** Every `references` list at any depth of an expression. */
function references(expression: unknown): string[] {
  if (Array.isArray(expression)) return expression.flatMap(references);
  if (!isObject(expression)) return [];
  return Object.entries(expression).flatMap(([key, value]) =>
    key === 'references' && Array.isArray(value) ? value.map(String) : references(value),
  );
}

/** Variables and the like name no resource. */
function isOfResource(reference: string): boolean {
  return !/^(?:count|each|local|path|self|terraform|var)(?:\.|$)/.test(reference);
}

/** `aws_instance.server[0].id` → `aws_instance.server`. */
function resourceOf(reference: string): string {
  const parts = withoutKeys(reference).split('.');
  return parts.slice(0, parts[0] === 'data' ? 3 : 2).join('.');
}

function add(dependencies: Map<string, Set<string>>, address: string, used: readonly string[]): void {
  const all = dependencies.get(address) ?? new Set();
  for (const other of used) if (other !== address) all.add(other);
  dependencies.set(address, all);
}
