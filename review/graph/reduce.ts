import { reachable } from '../dependencies';

/** Without the edges that a longer way makes superfluous. */
export function withoutIndirect(
  edges: readonly (readonly [string, string])[],
): (readonly [string, string])[] {
  const uses = new Map<string, Set<string>>();
  for (const [user, used] of edges) uses.set(user, (uses.get(user) ?? new Set()).add(used));
  return edges.filter(
    ([user, used]) => ![...(uses.get(user) ?? [])].some((other) => reachable(other, uses).has(used)),
  );
}
