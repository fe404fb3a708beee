import { isObject, type Reader } from './json';

/**
 * Who uses whom. What the configuration has refers by expressions and
 * `depends_on`; what it no longer has (and is destroyed) is only in the prior state.
 */
export function readDependencies(plan: Reader): ReadonlyMap<string, ReadonlySet<string>> {
  const dependencies = new Map<string, Set<string>>();
  addConfigured(plan.optionalChild('configuration').optionalChild('root_module'), '', dependencies);
  addRecorded(
    plan.optionalChild('prior_state').optionalChild('values').optionalChild('root_module'),
    dependencies,
  );
  return dependencies;
}

/** Every resource that `address` leads to, however far, without itself. */
export function reachable(address: string, edges: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const seen = new Set<string>();
  const waiting = [...(edges.get(address) ?? [])];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    waiting.push(...(edges.get(next) ?? []));
  }
  return seen;
}

/** Sorted so that each comes after what it uses; otherwise in the order given. */
export function inDependencyOrder(
  addresses: readonly string[],
  dependencies: ReadonlyMap<string, ReadonlySet<string>>,
): string[] {
  const wanted = new Set(addresses);
  const ordered = new Set<string>();
  const visited = new Set<string>();
  const visit = (address: string): void => {
    if (visited.has(address)) return;
    visited.add(address);
    for (const used of dependencies.get(address) ?? []) visit(used);
    if (wanted.has(address)) ordered.add(address);
  };
  addresses.forEach(visit);
  return [...ordered];
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
      used.map((reference) => prefix + resourceOf(reference)),
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

/** `aws_instance.server[0].id` → `aws_instance.server`; variables and the like name no resource and lead nowhere. */
function resourceOf(reference: string): string {
  const parts = withoutKeys(reference).split('.');
  return parts.slice(0, parts[0] === 'data' ? 3 : 2).join('.');
}

function add(dependencies: Map<string, Set<string>>, address: string, used: readonly string[]): void {
  const all = dependencies.get(address) ?? new Set();
  for (const other of used) if (other !== address) all.add(other);
  dependencies.set(address, all);
}
