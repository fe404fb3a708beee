import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const PROJECT = join(__dirname, '../..');

/** How a program ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** nixos-deploy, bundled once for the tests of a file. */
export class Program {
  private readonly folder = mkdtempSync(join(tmpdir(), 'nixos-deploy-program-'));
  readonly file = join(this.folder, 'main.cjs');

  constructor() {
    const PATH = [join(PROJECT, 'node_modules/.bin'), process.env.PATH].join(delimiter);
    const { status, stderr } = spawnSync('bash', [join(PROJECT, 'nixos-deploy/bundle.sh'), this.folder], {
      env: { ...process.env, PATH },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`nixos-deploy was not bundled:\n${stderr}`);
  }

  /** Run it with these variables, and none of the caller's but PATH. */
  run(env: Readonly<Record<string, string>>, ...args: readonly string[]): Ended {
    return spawnSync(process.execPath, [this.file, ...args], {
      env: { PATH: process.env.PATH ?? '', ...env },
      encoding: 'utf8',
      timeout: 600_000,
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
