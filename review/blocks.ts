import { canonical } from './json';

/** The items of a list that another list has no equal of, each with its place. */
export function onlyIn(list: unknown, other: unknown): { readonly item: unknown; readonly index: number }[] {
  const left = new Map<string, number>();
  for (const item of items(other)) left.set(canonical(item), (left.get(canonical(item)) ?? 0) + 1);
  return items(list).flatMap((item, index) => {
    const equals = left.get(canonical(item)) ?? 0;
    if (equals === 0) return [{ item, index }];
    left.set(canonical(item), equals - 1);
    return [];
  });
}

function items(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}
