import { Testing } from 'cdktf';
import type { Construct } from 'constructs';

type Json = Readonly<Record<string, unknown>>;

/** Resources of a stack by type, then by name; what cdktf records for itself is skipped. */
export interface Synthesized {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly data: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

/** Synthesize what `build` makes in an otherwise empty stack. */
export function synthesize(build: (scope: Construct) => void): Synthesized {
  const { resource = {}, data = {} } = JSON.parse(Testing.synthScope(build)) as Partial<Synthesized>;
  return { resource, data };
}

/** The one resource of a type. */
export function only({ resource }: Synthesized, type: string): Json {
  const [first, ...rest] = Object.values(resource[type] ?? {});
  if (!first || rest.length > 0)
    throw new Error(`expected one ${type}, got ${JSON.stringify(resource[type])}`);
  return first;
}
