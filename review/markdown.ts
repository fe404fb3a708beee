/**
 * Text of others, made harmless as a Markdown code span, in a table cell too:
 * inside one, GitHub reads no Markdown, no HTML, no @mention, no #reference, no
 * :emoji: and makes no link.
 */
export function code(text: string): string {
  // In a table a backslash before a bar would undo the bar's own.
  const content = visible(text).replaceAll('\\|', '\\u{5c}|').replaceAll('|', '\\|');
  const longestRun = Math.max(0, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longestRun + 1);
  // The spaces that a fence next to a backtick needs are not part of the content; nor may it be blank.
  const needsSpace = /^`|`$|^ .* $|^\s*$/.test(content);
  return needsSpace ? `${fence} ${content} ${fence}` : `${fence}${content}${fence}`;
}

/** One row of a table. The cells are Markdown already. */
export function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [row(header), row(header.map(() => '---')), ...rows.map(row)];
}

/** One of GitHub's alert boxes; elsewhere it reads as a quotation. */
export function alert(kind: 'CAUTION' | 'WARNING' | 'NOTE', lines: readonly string[]): string[] {
  return [`> [!${kind}]`, ...lines.map((line) => `> ${line}`)];
}

/** `1 machine`, `2 machines`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Line breaks, control, invisible and direction changing characters by their code. */
export function visible(text: string): string {
  return text
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll(
      /\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}/gu,
      (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
    );
}
