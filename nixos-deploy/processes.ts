import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';

import type { Deadline } from './deadline';

const running = new Set<ChildProcess>();

/** Start a program in a session of its own: it has no terminal to ask on, and can be ended with all that it started. */
export function start(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(command, args, { ...options, detached: true });
  running.add(child);
  child.on('exit', () => running.delete(child));
  child.on('error', () => running.delete(child));
  for (const stream of child.stdio) stream?.on('error', () => undefined);
  return child;
}

/** End a program and what it started. */
export function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended already.
  }
}

/** End all that still runs. */
export function endAll(): void {
  for (const child of running) end(child);
}

/** How a program ended. */
export interface Finished {
  /** Exit status; 127 when it could not be started, -1 for a signal or when the time was up. */
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** The time was up: it was ended, with all that it started. */
  readonly late: boolean;
}

/** Most that is kept of what a program writes to one stream, in bytes; it is ended when it writes more. */
const MOST = 64 << 20;

/** Run a program without input until it ends or the time is up. */
export async function run(
  command: string,
  args: readonly string[],
  deadline: Deadline,
  options: SpawnOptions = {},
): Promise<Finished> {
  const child = start(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const written: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  for (const name of ['stdout', 'stderr'] as const) {
    let size = 0;
    child[name]?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST) end(child, 'SIGKILL');
      else written[name].push(chunk);
    });
  }
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    end(child, 'SIGKILL');
    // Whoever left its process group may still hold the pipes.
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, deadline.left);
  const [status, problem] = await new Promise<readonly [number, string]>((resolve) => {
    child.on('error', (error) => {
      resolve([127, error.message]);
    });
    child.on('close', (code) => {
      resolve([code ?? -1, '']);
    });
  });
  clearTimeout(timer);
  return {
    status,
    stdout: Buffer.concat(written.stdout),
    stderr: problem === '' ? Buffer.concat(written.stderr).toString() : problem,
    late,
  };
}
