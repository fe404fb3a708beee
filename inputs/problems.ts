/** Every problem of what a user gave, in one message. */
export class InputsError extends Error {
  constructor(opening: string, problems: readonly string[]) {
    super(`${opening}\n\n${problems.join('\n\n')}\n`);
    this.name = 'InputsError';
  }
}

/** What is wrong with a value, and the command or the edit that puts it right. */
export interface Problem {
  readonly got: string;
  readonly expected: string;
  readonly fix: string;
}

/** Problems as they are found, one a name, to be reported together. */
export class Problems {
  private readonly byName = new Map<string, string>();

  note(name: string, { got, expected, fix }: Problem): void {
    this.byName.set(name, `${name}\n  got       ${got}\n  expected  ${expected}\n  set it    ${fix}`);
  }

  /** @throws InputsError with all of them, when there are any, below an opening for `1 problem` or more. */
  throwIfAny(opening: (count: string) => string): void {
    const { size } = this.byName;
    if (size === 0) return;
    throw new InputsError(opening(size === 1 ? '1 problem' : `${size} problems`), [...this.byName.values()]);
  }
}

/** The value with everything escaped that a terminal would act on or hide, cut at 200 characters. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  const short = text.length > 202 ? `${text.slice(0, 201)}…${text.startsWith('"') ? '"' : ''}` : text;
  return short.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
