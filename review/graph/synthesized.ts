import { isObject, keysOf, member, Reader, ReviewError } from '../json';

/** What a stack consists of and who uses whom, read from its synthesized JSON. */
export interface StackGraph {
  readonly inputs: readonly string[];
  readonly resources: readonly string[];
  readonly outputs: readonly string[];
  /** User and used. */
  readonly edges: readonly (readonly [string, string])[];
}

/** `${aws_instance.host.id}`, or the bare address that `depends_on` and `replace_triggered_by` have. */
const REFERENCE = /(?:\$\{|^)((?:data\.)?[a-z][a-z0-9_]*\.[A-Za-z0-9_-]+)/g;

/**
 * Reads `cdk.tf.json`. The environment's values are recognized by the text that they
 * were synthesized with: name → value.
 */
export function readSynthesized(json: string, inputs: ReadonlyMap<string, string>): StackGraph {
  const parsed: unknown = JSON.parse(json);
  const stack = Reader.of(parsed, 'cdk.tf.json');
  const bodies = new Map([...blocks(stack.get('resource'), ''), ...blocks(stack.get('data'), 'data.')]);
  if (bodies.size === 0) throw new ReviewError('cdk.tf.json has no resource: was the stack synthesized?');
  const outputs = new Map(
    stack.members('output').map(([name, output]) => [`output.${name}`, output.get('value')]),
  );

  const edges: (readonly [string, string])[] = [];
  for (const [user, body] of [...bodies, ...outputs]) {
    const used = new Set(texts(body).flatMap((text) => uses(text, inputs)));
    edges.push(
      ...[...used]
        .filter((other) => other !== user && (bodies.has(other) || inputs.has(other)))
        .map((other) => [user, other] as const),
    );
  }
  return {
    inputs: [...inputs.keys()].filter((name) => edges.some(([, used]) => used === name)),
    resources: [...bodies.keys()],
    outputs: [...outputs.keys()],
    edges,
  };
}

function blocks(types: unknown, prefix: string): [string, unknown][] {
  return keysOf(types).flatMap((type) => {
    const named = member(types, type);
    return keysOf(named).map((name): [string, unknown] => [`${prefix}${type}.${name}`, member(named, name)]);
  });
}

/** Every text at any depth. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  return isObject(value) ? Object.values(value).flatMap(texts) : [];
}

function uses(text: string, inputs: ReadonlyMap<string, string>): string[] {
  return [
    ...[...text.matchAll(REFERENCE)].flatMap(([, address]) => (address === undefined ? [] : [address])),
    ...[...inputs].filter(([, value]) => text === value).map(([name]) => name),
  ];
}
