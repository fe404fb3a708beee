import type { Outcome } from '../nixos-deploy/outcome';
import { bytesAsText } from '../nixos-deploy/summary';
import { visible } from '../nixos-deploy/display';

/** A host of the stack, and what became of it. */
export interface HostEnding {
  readonly name: string;
  readonly wave: number;
  /** What nixos-deploy left behind; absent where it was not started, or ended without a word. */
  readonly outcome?: Outcome;
  /** Whether the state has it as it is declared. */
  readonly upToDate: boolean;
}

const WORDS = ['deployed', 'up to date', 'failed', 'skipped', 'not deployed'] as const;

interface Row {
  readonly word: (typeof WORDS)[number];
  /** The exit status of a failure. */
  readonly status?: number;
  readonly text: string;
}

/** What became of each host, in the order of the waves, a line each below one that counts them. */
export function summaryOf(hosts: readonly HostEnding[]): readonly string[] {
  const ordered = [...hosts].sort((a, b) => a.wave - b.wave);
  const rows = rowsOf(ordered);
  const counts = WORDS.map((word) => [rows.filter(({ row }) => row.word === word).length, word] as const);
  const longest = Math.max(...ordered.map(({ name }) => name.length));
  const waves = Math.max(...ordered.map(({ wave }) => String(wave).length));
  return [
    `deployment of ${hosts.length} hosts: ${counts
      .filter(([count]) => count > 0)
      .map(([count, word]) => `${count} ${word}`)
      .join(', ')}`,
    ...rows.map(({ host: { name, wave }, row: { word, status, text } }) => {
      const said = status === undefined ? word : `${word} (${status})`;
      return `  wave ${String(wave).padStart(waves)}  ${name.padEnd(longest)}  ${said.padEnd(13)} ${text}`.trimEnd();
    }),
  ];
}

/** Each host with its row. One of a later wave waits in vain for what failed before it. */
function rowsOf(ordered: readonly HostEnding[]): readonly { readonly host: HostEnding; readonly row: Row }[] {
  const failed: HostEnding[] = [];
  return ordered.map((host) => {
    const culprits = failed.filter(({ wave }) => wave < host.wave).map(({ name }) => name);
    const row = rowOf(host, culprits);
    if (row.word === 'failed' || row.word === 'not deployed') failed.push(host);
    return { host, row };
  });
}

function rowOf({ outcome, upToDate }: HostEnding, culprits: readonly string[]): Row {
  if (outcome !== undefined) return rowOfOutcome(outcome);
  if (upToDate) return { word: 'up to date', text: '' };
  return culprits.length > 0
    ? { word: 'skipped', text: `because of ${culprits.join(', ')}` }
    : { word: 'not deployed', text: 'Terraform says why above' };
}

function rowOfOutcome({ result, status, reason, bytes, seconds }: Outcome): Row {
  switch (result) {
    case 'deployed':
      return { word: 'deployed', text: `${seconds.toFixed(1)} s, ${bytesAsText(bytes)} sent` };
    case 'up to date':
      return { word: 'up to date', text: '' };
    case 'failed':
      return { word: 'failed', status, text: visible(reason) };
  }
}
