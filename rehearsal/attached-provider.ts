import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';

const START_LIMIT_SECONDS = 300;
const SERVED = /TF_REATTACH_PROVIDERS='(.*)'$/;

/**
 * An AWS provider that outlives the commands of Terraform: each of them would hash 700 MB of program and start it two
 * or three times, which is half of its CPU time.
 */
export class AttachedProvider {
  private constructor(
    private readonly process: ChildProcess,
    /** What TF_REATTACH_PROVIDERS tells Terraform and OpenTofu of it. */
    readonly variable: string,
  ) {}

  /**
   * Start the provider of a mirror; undefined where that has it packed. What the provider reads of its environment, such
   * as credentials, is that of `env`, whatever a command's is.
   *
   * @throws Error when it ends, or does not serve within 300 s.
   */
  static async start(mirror: string, env: NodeJS.ProcessEnv): Promise<AttachedProvider | undefined> {
    const search = ['-L', mirror, '-type', 'f', '-name', 'terraform-provider-aws_v*'];
    const [program = ''] = execFileSync('find', search, { encoding: 'utf8' }).split('\n');
    if (program === '') return undefined;
    const child = spawn(program, ['-debug'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    const served = await new Promise<string>((resolve, reject) => {
      const limit = setTimeout(() => {
        reject(new Error(`${program} does not serve within ${START_LIMIT_SECONDS} s`));
      }, START_LIMIT_SECONDS * 1000);
      child.once('error', reject);
      child.once('exit', (status) => {
        reject(new Error(`${program} ended with status ${status}`));
      });
      createInterface({ input: child.stdout }).on('line', (line) => {
        const [, value] = SERVED.exec(line) ?? [];
        if (value === undefined) return;
        clearTimeout(limit);
        resolve(value);
      });
    });
    const [provider] = Object.values(JSON.parse(served) as Record<string, object>);
    // Terraform and OpenTofu each know it below their own registry's name.
    const variable = readdirSync(mirror, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => [`${name}/hashicorp/aws`, provider]);
    return new AttachedProvider(child, JSON.stringify(Object.fromEntries(variable)));
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGKILL');
    await ended;
  }
}
