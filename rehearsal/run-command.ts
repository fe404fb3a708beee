import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';

import { Progress } from './progress';

/** A command of the rehearsal that failed; the message ends with the last it printed. */
export class CommandFailed extends Error {
  constructor(
    message: string,
    /** All that it printed, a line each, without colours. */
    readonly output: string,
  ) {
    super(message);
  }
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** File that receives all the command prints. */
  readonly log: string;
  /** Who it is done for: starts each line that is printed. */
  readonly label: string;
  /** Limit in seconds; the command is killed beyond it. */
  readonly limit: number;
}

const HEARTBEAT_SECONDS = 10;
const TAIL_LINES = 30;

/**
 * Run a command to its end and return its standard output. While it runs, a line
 * every 10 s says for how long, and what it is doing: the resource that Terraform
 * waits for, or the last line where that is not known.
 *
 * @throws CommandFailed when it exits with another status than 0 or takes longer than its limit.
 */
export async function run(command: readonly [string, ...string[]], options: RunOptions): Promise<string> {
  const [program, ...args] = command;
  const started = Date.now();
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(options.log, { flags: 'a' });
  const tail: string[] = [];
  const lines: string[] = [];
  const progress = new Progress();
  let stdout = '';
  const hear = (text: string) => {
    const line = stripVTControlCharacters(text);
    if (!isContent(line)) return;
    progress.hear(line);
    lines.push(line);
    tail.push(line);
    tail.splice(0, Math.max(0, tail.length - TAIL_LINES));
  };
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => log.write(chunk));
    createInterface({ input: stream }).on('line', hear);
  }

  const heartbeat = setInterval(() => {
    note(
      options.label,
      `${seconds(started).toFixed(0)} s: ${progress.describe() ?? tail.at(-1)?.trim() ?? 'no output yet'}`,
    );
  }, HEARTBEAT_SECONDS * 1000);
  const limit = setTimeout(() => child.kill('SIGKILL'), options.limit * 1000);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    if (status === 0) return stdout;
    const reason = status === null ? `took longer than ${options.limit} s` : `exited with status ${status}`;
    throw new CommandFailed(
      `${command.join(' ')}\n${reason}. Its last lines:\n${indent(tail)}`,
      lines.join('\n'),
    );
  } finally {
    clearInterval(heartbeat);
    clearTimeout(limit);
    log.end();
  }
}

/** Seconds since a moment, to a tenth. */
export function seconds(since: number): number {
  return Math.round((Date.now() - since) / 100) / 10;
}

/** Print a line of a step that is under way. */
export function note(label: string, text: string): void {
  say(label, `   ${text}`);
}

/** Print a line; several scenarios may run at once, so each line says whose it is. */
export function say(label: string, text: string): void {
  console.log(`${label.padEnd(LABEL_WIDTH)} │ ${text}`);
}

const LABEL_WIDTH = 9;

/** Whether a line says something: cdktf's own tally of stacks does not. */
function isContent(line: string): boolean {
  return line.trim() !== '' && !/\d Stacks? (deploying|destroying|done|waiting)|^\s*[⠀-⣿]/u.test(line);
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}`).join('\n');
}
