import { reachable } from '../dependencies';

/** Without the edges that a longer way makes superfluous. */
export function withoutIndirect(
  edges: readonly (readonly [string, string])[],
): (readonly [string, string])[] {
  const uses = new Map<string, Set<string>>();
  for (const [user, used] of edges) uses.set(user, (uses.get(user) ?? new Set()).add(used));
  const further = new Map([...uses].map(([user, used]) => [user, reachable(used, uses)]));
  return edges.filter(([user, used]) => further.get(user)?.has(used) !== true);
}
