/** Middle of the sorted values; the mean of both for an even count. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new Error('a median of nothing');
  return (low + high) / 2;
}

/** A table for people: the first column to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, column) => Math.max(all[column] ?? 0, cell.length)),
    [],
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  return rows.map(line).join('\n');
}

/** Milliseconds of each step of nixos-deploy's summary, by name. */
export function summarySteps(stdout: string): ReadonlyMap<string, number> {
  return new Map(
    [...stdout.matchAll(/^ {2}(\S+) +(\d+\.\d+) s$/gm)].map(([, name = '', seconds]) => [
      name,
      Number(seconds) * 1000,
    ]),
  );
}
