import { decodings } from './decodings';
import { looksLikeSecret } from './secret-formats';

/** A shorter text is hidden as a word of its own: within another word it would hide whatever happens to contain it. */
export const SHORTEST = 6;

/** A still shorter one is hidden as a whole value alone. */
const SHORTEST_WORD = 4;

const WORDS = /[\p{L}\p{N}]+/gu;

/** Instead of what nobody may read. */
export const SENSITIVE = '(sensitive)';

/** The texts that Terraform marks as sensitive anywhere in a plan, and those that look like it. */
export class Secrets {
  /** The first characters of each → its lengths, so that a text is searched for all of them in one pass. */
  private readonly lengths = new Map<string, Set<number>>();
  /** A text is shown more than once: whether it has a secret in it. */
  private readonly known = new Map<string, boolean>();

  private readonly hasShort: boolean;

  constructor(private readonly texts: ReadonlySet<string>) {
    this.hasShort = [...texts].some(({ length }) => length >= SHORTEST_WORD && length < SHORTEST);
    for (const text of texts) {
      if (text.length < SHORTEST) continue;
      const start = text.slice(0, SHORTEST);
      this.lengths.set(start, (this.lengths.get(start) ?? new Set()).add(text.length));
    }
  }

  static ofAll(secrets: readonly Secrets[]): Secrets {
    return new Secrets(new Set(secrets.flatMap(({ texts }) => [...texts])));
  }

  /** Whether a text has a secret in it, however it is escaped or encoded. */
  isIn(text: string): boolean {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const isIn = this.search(text);
    this.known.set(text, isIn);
    return isIn;
  }

  private search(text: string): boolean {
    return (
      this.texts.has(text) ||
      decodings(text).some(
        (decoded) =>
          this.find(decoded, 0) !== undefined ||
          this.hasWord(decoded) ||
          looksLikeSecret(decoded) !== undefined,
      )
    );
  }

  /** The text with `(sensitive)` in place of each secret, or of all of it where a secret is encoded. */
  hideIn(text: string): string {
    if (!this.isIn(text)) return text;
    const parts: string[] = [];
    let end = 0;
    for (let found = this.find(text, 0); found !== undefined; found = this.find(text, end)) {
      parts.push(text.slice(end, found.start));
      end = found.end;
    }
    parts.push(text.slice(end));
    const hidden = parts
      .map((part) => part.replaceAll(WORDS, (word) => (this.isWord(word) ? SENSITIVE : word)))
      .join(SENSITIVE);
    return hidden === text || this.isIn(hidden) ? SENSITIVE : hidden;
  }

  private hasWord(text: string): boolean {
    return this.hasShort && (text.match(WORDS) ?? []).some((word) => this.isWord(word));
  }

  private isWord(word: string): boolean {
    return word.length >= SHORTEST_WORD && this.texts.has(word);
  }

  /** The first secret in a text from a place on, and the longest of those that begin there. */
  private find(text: string, from: number): { readonly start: number; readonly end: number } | undefined {
    if (this.lengths.size === 0) return undefined;
    for (let start = from; start + SHORTEST <= text.length; start += 1) {
      const lengths = this.lengths.get(text.slice(start, start + SHORTEST));
      if (lengths === undefined) continue;
      const found = [...lengths].filter((length) => this.texts.has(text.slice(start, start + length)));
      if (found.length > 0) return { start, end: start + Math.max(...found) };
    }
    return undefined;
  }
}
