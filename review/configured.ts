import { isObject, member, type Reader } from './json';

/** Address → the expressions that the configuration gives its attributes. */
export type Configured = ReadonlyMap<string, unknown>;

export function readConfigured(plan: Reader): Configured {
  return new Map(read(plan.optionalChild('configuration').optionalChild('root_module'), ''));
}

/**
 * Whether the configuration says something of an attribute. What it says nothing
 * of is the provider's default, or what AWS and other resources make of it.
 */
export function isConfigured(expression: unknown, path: readonly unknown[]): boolean {
  if (path.length === 0) return expression !== undefined;
  // The order of blocks need not be that of the values: any block counts for each.
  if (Array.isArray(expression)) return expression.some((block) => isConfigured(block, path.filter(isName)));
  if (!isObject(expression)) return false;
  if ('references' in expression || 'constant_value' in expression) return true;
  const [name, ...rest] = path.filter(isName);
  return name !== undefined && isConfigured(member(expression, name), rest);
}

function isName(key: unknown): key is string {
  return typeof key === 'string';
}

function read(module: Reader, prefix: string): [string, unknown][] {
  return [
    ...module
      .readers('resources')
      .map((resource): [string, unknown] => [prefix + resource.text('address'), resource.get('expressions')]),
    ...module
      .members('module_calls')
      .flatMap(([name, call]) => read(call.optionalChild('module'), `${prefix}module.${name}.`)),
  ];
}
