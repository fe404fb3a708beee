import { type ChildProcess, spawn } from 'node:child_process';

/** How a command ended, and what it wrote. */
export interface Ended {
  /** Exit status; 128 plus the signal's number is not used: a signal is -1. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs; `ended` never rejects. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when stdout or stderr has shown the text; rejects when the command ends without. */
  readonly shows: (text: string) => Promise<void>;
}

/** Start a command in a process group of its own. */
export function start(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string; readonly input?: string } = {},
): Running {
  const child = spawn(command, args, {
    env: options.env ?? process.env,
    cwd: options.cwd,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
      watchers.forEach((look) => {
        look();
      });
    });
  }
  child.stdin.on('error', () => undefined).end(options.input ?? '');
  const ended = new Promise<Ended>((resolve) => {
    child.on('error', (error) => {
      resolve({ status: 127, stdout: '', stderr: error.message });
    });
    child.on('close', (status) => {
      resolve({ status: status ?? -1, ...written });
    });
  });
  const shows = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!`${written.stdout}\n${written.stderr}`.includes(text)) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
      void ended.then(({ status, stderr }) => {
        reject(
          new Error(`${command} ended with ${status} before it said ${JSON.stringify(text)}:\n${stderr}`),
        );
      });
    });
  return { process: child, ended, shows };
}

/** End a command and all that it started, at once. */
export function kill(running: Running): void {
  if (running.process.pid === undefined) return;
  try {
    process.kill(-running.process.pid, 'SIGKILL');
  } catch {
    // It had ended already.
  }
}

/** Run a command that has to succeed; returns its standard output, trimmed. */
export async function run(command: string, args: readonly string[], input?: string): Promise<string> {
  const { status, stdout, stderr } = await start(command, args, input === undefined ? {} : { input }).ended;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return stdout.trim();
}
