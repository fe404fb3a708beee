import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const DEPLOY_RS = `deploy-rs takes part when \`deploy\` and \`activate\` are on PATH or in ~/.cargo/bin:
cargo install deploy-rs (takes a while).`;

/**
 * Run a bench's program in a sandbox with a folder of its own, which is removed afterwards; returns
 * the bench's exit status: 0 measured, whatever the ratios are; 1 a deployment failed; 2 wrong usage.
 */
export function benchInSandbox(
  name: string,
  program: string,
  usualRounds: number,
  /** What else the program is given; measured outside of the sandbox. */
  more: (rounds: number) => readonly string[] = () => [],
): number {
  const args = process.argv.slice(2);
  const [option, rounds = String(usualRounds)] = args;
  if (args.length > 0 && !(option === '--rounds' && args.length === 2 && Number(rounds) >= 1)) {
    console.error(
      `npm run ${name} [-- --rounds N]   rounds that count, ${usualRounds} by default\n\n${DEPLOY_RS}`,
    );
    return option === '--help' ? 0 : 2;
  }
  const folders = [...(process.env.PATH ?? '').split(delimiter), join(homedir(), '.cargo/bin')];
  const rival = folders.map((folder) => join(folder, 'deploy')).find((path) => existsSync(path));
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'iplz-deploy');
  const directory = mkdtempSync(join(tmpdir(), `${name.replace(':', '-')}-`));
  try {
    const words = [
      ...['rehearsal/isolate.sh', directory, 'node', 'run.cjs', program],
      ...['--directory', directory, '--rounds', rounds, '--cache', cache],
      ...(rival === undefined ? [] : ['--deploy-rs', rival]),
      ...more(Number(rounds)),
    ];
    return spawnSync('bash', words, { stdio: 'inherit' }).status ?? 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
