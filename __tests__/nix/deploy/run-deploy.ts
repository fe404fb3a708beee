import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Folder of nixos-deploy's own files. */
export const SOURCE = join(__dirname, '../../../nix/deploy');

/** How a program ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Run nixos-deploy with these variables, and none of the caller's but PATH. */
export function nixosDeploy(env: Readonly<Record<string, string>>, ...args: readonly string[]): Ended {
  return spawnSync(join(SOURCE, 'nixos-deploy.sh'), args, {
    env: { PATH: process.env.PATH ?? '', ...env },
    encoding: 'utf8',
    timeout: 30_000,
  });
}

/** Run shell text after nixos-deploy's own parts of these names; `$1`… are the arguments. */
export function withParts(parts: readonly string[], text: string, ...args: readonly string[]): Ended {
  const sources = parts.map((part) => `. '${join(SOURCE, `${part}.sh`)}'`);
  return spawnSync('bash', ['-euo', 'pipefail', '-c', [...sources, text].join('\n'), 'bash', ...args], {
    encoding: 'utf8',
    timeout: 30_000,
  });
}
