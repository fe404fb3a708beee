import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { LINE } from '../../rehearsal/stack-scenarios/stack-scenario';
import { median } from '../figures';

/** What is evaluated when a line has changed: by deploy-rs, by each of the commands, and by none of them. */
const OUTPUTS = ['iplz-system', 'deployment', 'live', 'bootstrap-image'] as const;

/** Seconds of CPU time that the evaluation of each output takes. */
export type Evaluation = Readonly<Record<(typeof OUTPUTS)[number], number>>;

/**
 * Evaluate outputs of this project's flake on a real nixpkgs, each after another changed line and without Nix's
 * cache of evaluations; medians. NIX is the nix command, 2.18 or newer; `nix` by default.
 *
 * @throws Error when something does not evaluate
 */
export function measureEvaluation(nixpkgs: string, rounds: number): Evaluation {
  const directory = mkdtempSync(join(tmpdir(), 'bench-evaluation-'));
  try {
    const project = join(directory, 'project');
    const git = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    for (const file of execFileSync('git', git, { encoding: 'utf8' }).split('\0'))
      if (file !== '' && existsSync(file)) cpSync(file, join(project, file), { verbatimSymlinks: true });

    const expression = `(builtins.fetchTree { type = "path"; path = ${JSON.stringify(realpathSync(nixpkgs))}; }).outPath`;
    const stored = `path:${nix(directory, 'eval', '--impure', '--raw', '--expr', expression).output}`;
    const overrides = ['nixpkgs', 'nixpkgs-bootstrap'].flatMap((input) => [
      '--override-input',
      input,
      stored,
    ]);

    const line = join(project, LINE.file);
    const before = readFileSync(line, 'utf8');
    const times = new Map(OUTPUTS.map((output) => [output, [] as number[]]));
    for (let round = 0; round < rounds; round += 1) {
      for (const output of OUTPUTS) {
        writeFileSync(
          line,
          before.replace(LINE.before, LINE.after.replace('address', `address ${round} ${output}`)),
        );
        const installable = `path:${project}#packages.x86_64-linux.${output}.drvPath`;
        times
          .get(output)
          ?.push(nix(directory, 'eval', '--raw', '--no-write-lock-file', ...overrides, installable).seconds);
      }
    }
    return Object.fromEntries([...times].map(([output, all]) => [output, median(all)])) as Evaluation;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function nix(directory: string, ...args: readonly string[]) {
  const statistics = join(directory, 'statistics.json');
  // Where there is no /nix none is made: as in scripts/check-nixpkgs.sh.
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'iplz-deploy');
  const store = existsSync('/nix/store') ? [] : ['--store', `local?root=${join(cache, 'nixpkgs-store')}`];
  const options = [
    'eval-cache',
    'false',
    'build-users-group',
    '',
    'flake-registry',
    '',
    'warn-dirty',
    'false',
  ];
  const output = execFileSync(
    process.env.NIX ?? 'nix',
    [
      ...['--extra-experimental-features', 'nix-command flakes', '--quiet', '--quiet', '--quiet', ...store],
      ...options.flatMap((word, index) => (index % 2 === 0 ? ['--option', word] : [word])),
      ...args,
    ],
    {
      encoding: 'utf8',
      env: { ...process.env, NIX_SHOW_STATS: '1', NIX_SHOW_STATS_PATH: statistics },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const { cpuTime } = JSON.parse(readFileSync(statistics, 'utf8')) as { cpuTime: number };
  return { output, seconds: cpuTime };
}
