/** What a system's files say about switching to it, in base64: `-` for a file that it has not. */
export interface Inhibitors {
  /** switch-inhibitors: named facts, such as the implementation of D-Bus. */
  readonly facts: string;
  /** init-interface-version */
  readonly interface: string;
}

/**
 * Why NixOS must not switch a running host between two systems: a name that both have with different values, and another
 * init interface. One line for each.
 *
 * @throws SyntaxError for a file that is no JSON object of strings
 */
export function inhibiting(old: Inhibitors, next: Inhibitors): readonly string[] {
  const [before, after] = [factsOf(old.facts), factsOf(next.facts)];
  const differences = [...before]
    .filter(([name, value]) => after.has(name) && after.get(name) !== value)
    .map(([name, value]) => `${name}: ${value} -> ${after.get(name) ?? ''}`);
  if (old.interface === next.interface || next.interface === '-') return differences;
  return [...differences, `init interface: ${decoded(old.interface)} -> ${decoded(next.interface)}`];
}

function factsOf(encoded: string): ReadonlyMap<string, string> {
  if (encoded === '-') return new Map();
  const facts: unknown = JSON.parse(decoded(encoded));
  if (typeof facts !== 'object' || facts === null || Array.isArray(facts))
    throw new SyntaxError('no JSON object');
  return new Map(
    Object.entries(facts).map(([name, value]) => {
      if (typeof value !== 'string') throw new SyntaxError(`${name} is no text`);
      return [name, value];
    }),
  );
}

function decoded(encoded: string): string {
  return encoded === '-' ? '' : Buffer.from(encoded, 'base64').toString().trim();
}
