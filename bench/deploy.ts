// How long a deployment takes, against the other ways there are, on simulated
// hosts. Needs root on Linux, as the rehearsal does. Exit status: 0 measured,
// whatever the ratios are; 1 a deployment failed; 2 wrong usage.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const USAGE = `npm run bench:deploy [-- --rounds N]   rounds that count, 7 by default

deploy-rs takes part when \`deploy\` and \`activate\` are on PATH or in ~/.cargo/bin:
cargo install deploy-rs (takes a while).`;

function main(): number {
  const args = process.argv.slice(2);
  const [option, rounds] = args;
  if (args.length > 0 && !(option === '--rounds' && args.length === 2 && Number(rounds) >= 1)) {
    console.error(USAGE);
    return option === '--help' ? 0 : 2;
  }
  const folders = [...(process.env.PATH ?? '').split(delimiter), join(homedir(), '.cargo/bin')];
  const rival = folders.map((folder) => join(folder, 'deploy')).find((path) => existsSync(path));
  const directory = mkdtempSync(join(tmpdir(), 'bench-deploy-'));
  const words = ['--directory', directory, ...args, ...(rival === undefined ? [] : ['--deploy-rs', rival])];
  try {
    const sandbox = ['rehearsal/isolate.sh', directory, 'node', 'run.cjs', 'bench/deploy/sandbox.ts'];
    return spawnSync('bash', [...sandbox, ...words], { stdio: 'inherit' }).status ?? 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

process.exit(main());
