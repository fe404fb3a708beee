// `npm run graph`: draws docs/graph-<stack>.svg from what the stacks synthesize to.
// With --check nothing is written: exit status 1 says that a drawing is stale.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ReviewError } from '../json';
import { toDot } from './dot';
import { readSynthesized } from './synthesized';

/** Values that differ from anything else in the JSON. */
const INPUTS: ReadonlyMap<string, string> = new Map([
  ['IMAGE_PATH', '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-iplz-image/iplz.vhd'],
  ['BOOTSTRAP_IMAGE_PATH', '/nix/store/1123456789abcdfghijklmnpqrsvwxyz-bootstrap-image/bootstrap.vhd'],
  ['LIVE_CONFIG_PATH', '/nix/store/2123456789abcdfghijklmnpqrsvwxyz-nixos-system-iplz'],
  ['NIX_SYSTEM', 'x86_64-linux'],
  ['SSH_CIDRS', '203.0.113.7/32'],
]);

const STACKS = ['immutable', 'live', 'deployment'] as const;
const START = '<!-- drawn by `npm run graph` from:\n';

function main(isCheck: boolean): number {
  const folder = mkdtempSync(join(tmpdir(), 'iplz-graph-'));
  try {
    synthesize(folder);
    const stale = STACKS.filter((stack) => {
      const json = readFileSync(join(folder, 'stacks', stack, 'cdk.tf.json'), 'utf8');
      const dot = toDot(stack, readSynthesized(json, INPUTS));
      const file = join('docs', `graph-${stack}.svg`);
      if (isCheck) return drawnFrom(file) !== dot;
      mkdirSync('docs', { recursive: true });
      writeFileSync(file, draw(dot));
      return false;
    });
    for (const stack of stale)
      console.error(`graph: docs/graph-${stack}.svg is stale: run \`npm run graph\``);
    return stale.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The project's own way of synthesizing, as cdktf.json names it. */
function synthesize(folder: string): void {
  const { app } = JSON.parse(readFileSync('cdktf.json', 'utf8')) as { app: string };
  execFileSync('sh', ['-c', app], {
    env: { PATH: process.env.PATH, ...Object.fromEntries(INPUTS), CDKTF_OUTDIR: folder },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** The drawing, with its source in a comment: that compares whatever version of Graphviz drew it. */
function draw(dot: string): string {
  const svg = graphviz(dot);
  const end = svg.indexOf('<svg');
  return `${svg.slice(0, end)}${START}${escape(dot)}-->\n${svg.slice(end)}`;
}

function graphviz(dot: string): string {
  try {
    return execFileSync('dot', ['-Tsvg'], { input: dot, encoding: 'utf8' });
  } catch (error) {
    throw new ReviewError('Graphviz (`dot`) is missing or failed: apt-get install graphviz', {
      cause: error,
    });
  }
}

/** Two hyphens would end the comment. */
function escape(dot: string): string {
  return dot.replaceAll('--', '-\\-').replaceAll('->', '→');
}

/** The DOT text that a drawing was made from; undefined where there is none. */
function drawnFrom(file: string): string | undefined {
  try {
    const svg = readFileSync(file, 'utf8');
    const start = svg.indexOf(START) + START.length;
    return svg.slice(start, svg.indexOf('-->', start)).replaceAll('→', '->').replaceAll('-\\-', '--');
  } catch {
    return undefined;
  }
}

try {
  process.exitCode = main(process.argv.includes('--check'));
} catch (error) {
  console.error(`graph: ${error instanceof ReviewError ? error.message : String(error)}`);
  process.exitCode = 1;
}
