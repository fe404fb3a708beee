import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

import { run } from './run-command';

const START_LIMIT_SECONDS = 300;
const MOST_REFUSALS = 20;

/** The emulated AWS, as long as it runs. */
export class EmulatedCloud {
  private constructor(
    private readonly process: ChildProcess,
    private readonly source: string,
    private readonly directory: string,
    /** URL of every service. */
    readonly endpoint: string,
  ) {}

  /**
   * Start it; what it keeps is below `directory`. Resolves when it answers.
   *
   * @throws Error when it ends, or has not answered within 300 s.
   */
  static async start(source: string, directory: string): Promise<EmulatedCloud> {
    const child = spawn(
      pythonOf(source),
      ['-m', 'rehearsal.cloud', '--dir', join(directory, 'cloud'), '--port', '0'],
      { cwd: source, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const endpoint = await new Promise<string>((resolve, reject) => {
      const limit = setTimeout(() => {
        reject(new Error(`the emulated cloud did not start within ${START_LIMIT_SECONDS} s`));
      }, START_LIMIT_SECONDS * 1000);
      child.on('exit', (status) => {
        reject(new Error(`the emulated cloud ended with status ${status}`));
      });
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (!line.startsWith('ready ')) return;
        clearTimeout(limit);
        resolve(line.slice('ready '.length));
      });
    });
    return new EmulatedCloud(child, source, directory, endpoint);
  }

  /** What a deployer needs to use it in place of AWS. */
  get environment(): NodeJS.ProcessEnv {
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_REGION: 'eu-central-1',
      AWS_DEFAULT_REGION: 'eu-central-1', // what version 1 of the AWS CLI reads in its place
      AWS_ACCESS_KEY_ID: 'rehearsal',
      AWS_SECRET_ACCESS_KEY: 'rehearsal',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    };
  }

  /** Let NixOS' account offer an image file as the AMI of that name, from now on; returns its id. */
  offer(name: string, image: string): string {
    const unfinished = join(this.directory, 'cloud/offered.vhd');
    const place = join(this.directory, 'cloud/registry', `${name}.vhd`);
    mkdirSync(dirname(place), { recursive: true });
    copyFileSync(image, unfinished);
    renameSync(unfinished, place); // whole at once
    return `ami-${createHash('sha256').update(name).digest('hex').slice(0, 17)}`;
  }

  /**
   * Resolves when EC2 begins the next import of an image.
   *
   * @throws Error when it has not within these seconds.
   */
  async nextImport(seconds: number): Promise<void> {
    const made = watch(join(this.directory, 'cloud/snapshots'), {
      signal: AbortSignal.timeout(seconds * 1000),
    });
    try {
      for await (const { eventType } of made) if (eventType === 'rename') return;
    } catch (error) {
      throw new Error(`nothing was imported within ${seconds} s`, { cause: error });
    }
  }

  /** The last EC2 actions that it refused, or failed at, a line each. */
  refusals(): readonly string[] {
    const lines = readFileSync(join(this.directory, 'cloud/ec2.log'), 'utf8').split('\n');
    return lines.filter((line) => /: (?:refused|not answered): /.test(line)).slice(-MOST_REFUSALS);
  }

  /** What it still holds, in words. */
  async leaks(): Promise<readonly string[]> {
    const output = await run(
      [pythonOf(this.source), '-m', 'rehearsal.cloud.leaked_resources', '--endpoint', this.endpoint],
      {
        cwd: this.source,
        env: { ...process.env, ...this.environment },
        log: join(this.directory, 'leaked-resources.log'),
        limit: 300,
        label: 'cloud',
      },
    );
    return JSON.parse(output) as readonly string[];
  }

  /** Power it and its machines off. */
  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGTERM');
    await ended;
  }
}

function pythonOf(source: string): string {
  return join(source, '.venv/bin/python3');
}
