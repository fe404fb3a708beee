import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'iplz-deploy');

/** How a command of gather-facts.sh ended. */
export interface Fact {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What gather-facts.sh left behind; see there for the names. */
export class Facts {
  private constructor(private readonly directory: string) {}

  /** Run every command in one sandbox, on a copy of the project as git knows it: about half a minute. */
  static gather(): Facts {
    const directory = mkdtempSync(join(tmpdir(), 'iplz-nix-'));
    const project = join(directory, 'project');
    const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: PROJECT,
      encoding: 'utf8',
    });
    for (const file of tracked.split('\0').filter((name) => existsSync(join(PROJECT, name)) && name !== '')) {
      cpSync(join(PROJECT, file), join(project, file), { verbatimSymlinks: true });
    }
    const stub = join(directory, 'nixpkgs');
    execFileSync(join(PROJECT, 'rehearsal/nixpkgs/assemble.sh'), [stub], {
      env: { ...process.env, PIP_TARGET_CACHE: join(CACHE, 'site-packages') },
    });
    const script = join(__dirname, 'gather-facts.sh');
    execFileSync(
      join(PROJECT, 'rehearsal/isolate.sh'),
      [join(directory, 'sandbox'), script, project, stub, join(directory, 'facts')],
      { env: { PATH: process.env.PATH, HOME: directory }, stdio: ['ignore', 'inherit', 'inherit'] },
    );
    return new Facts(directory);
  }

  /** The command of that name. */
  of(name: string): Fact {
    return {
      status: Number(this.read(`${name}.status`)),
      stdout: this.read(`${name}.out`),
      stderr: this.read(`${name}.err`),
    };
  }

  /** The JSON that the command of that name printed; an error that shows why if it failed. */
  json(name: string): unknown {
    const { status, stdout, stderr } = this.of(name);
    if (status !== 0) throw new Error(`${name} ended with status ${status}:\n${stderr}`);
    return JSON.parse(stdout);
  }

  /** A file of JSON below the folder of facts. */
  file(file: string): unknown {
    return JSON.parse(this.read(file));
  }

  /** A file below the folder of facts, as text. */
  read(file: string): string {
    return this.bytes(file).toString('utf8');
  }

  /** A file below the folder of facts. */
  bytes(file: string): Buffer {
    return readFileSync(join(this.directory, 'facts', file));
  }

  /** Remove all that was made. */
  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}
