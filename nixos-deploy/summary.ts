/** How long each step took. One runs at a time. */
export class Steps {
  private readonly ended: { readonly name: string; readonly milliseconds: number }[] = [];
  private name = '';
  private began = performance.now();

  /** Ends the step that runs, and begins the next one; no name: none. */
  begin(name = ''): void {
    const now = performance.now();
    if (this.name !== '') this.ended.push({ name: this.name, milliseconds: now - this.began });
    this.name = name;
    this.began = now;
  }

  get all(): readonly { readonly name: string; readonly milliseconds: number }[] {
    return this.ended;
  }
}

/** What a deployment copied. */
export interface Copied {
  readonly bytes: number;
  readonly paths: number;
  readonly closure: number;
}

/** What was copied, how long each step took, what ran before and what runs now, in lines. */
export function summary(steps: Steps, copied: Copied, old: string, next: string): readonly string[] {
  steps.begin();
  const row = (name: string, milliseconds: number) =>
    `  ${name.padEnd(14)} ${`${(milliseconds / 1000).toFixed(2)} s`.padStart(9)}`;
  return [
    `nixos-deploy: copied ${bytesAsText(copied.bytes)} in ${copied.paths} of ${copied.closure} paths`,
    ...steps.all.map(({ name, milliseconds }) => row(name, milliseconds)),
    row(
      'together',
      steps.all.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    ),
    `  old system ${old}`,
    `  new system ${next}`,
  ];
}

/** Bytes in the unit that suits them. */
export function bytesAsText(bytes: number): string {
  if (bytes >= 10_000_000) return `${Math.round(bytes / 1_000_000)} MB`;
  if (bytes >= 10_000) return `${Math.round(bytes / 1000)} kB`;
  return `${bytes} B`;
}
