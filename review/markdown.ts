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
function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [row(header), row(header.map(() => '---')), ...rows.map(row)];
}

/** A table of no more than some rows, with a word on how many more there are; empty without rows. */
export function limitedTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  limit: number,
): string[] {
  if (rows.length === 0) return [];
  const more = rows.length - limit;
  return [
    ...(limit > 0 ? table(header, rows.slice(0, limit)) : []),
    ...(more > 0 ? [...(limit > 0 ? [''] : []), `…and ${more} more.`] : []),
  ];
}

/** No more than some lines, the last of which says how many more there are. */
export function limitedLines(lines: readonly string[], limit: number, prefix = ''): string[] {
  const more = lines.length - limit;
  return more > 0 ? [...lines.slice(0, limit), `${prefix}…and ${more} more`] : [...lines];
}

/** One of GitHub's alert boxes; elsewhere it reads as a quotation. */
export function alert(kind: 'CAUTION' | 'WARNING' | 'NOTE', lines: readonly string[]): string[] {
  return [`> [!${kind}]`, ...lines.map((line) => `> ${line}`)];
}

/** `1 host`, `2 hosts`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/**
 * Whatever a reader would not see, by its code: line breaks, control, invisible and
 * direction changing characters, tags, fillers, spaces other than the ordinary, what
 * Unicode has not assigned, and marks that pile up on a letter or have none to be on.
 */
export function visible(text: string): string {
  return text
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll(INVISIBLE, byCode)
    .replaceAll(/(?<=^|[^\p{L}\p{M}\p{N}])\p{M}+|(?<=\p{M}{2})\p{M}+/gu, (marks) =>
      Array.from(marks, byCode).join(''),
    );
}

/** U+2800 is a pattern of Braille without a dot, U+1D159 a note without a head. */
const INVISIBLE = /\p{C}|\p{Default_Ignorable_Code_Point}|\p{Zl}|\p{Zp}|(?! )\p{Zs}|\u2800|\u{1D159}/gu;

function byCode(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
