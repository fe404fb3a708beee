import { isEqual } from './json';

/** The items of a list that another list has no equal of, each with its place. */
export function onlyIn(list: unknown, other: unknown): { readonly item: unknown; readonly index: number }[] {
  const left = items(other).slice();
  return items(list).flatMap((item, index) => {
    const place = left.findIndex((candidate) => isEqual(item, candidate));
    if (place < 0) return [{ item, index }];
    left.splice(place, 1);
    return [];
  });
}

function items(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}
