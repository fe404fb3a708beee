import type { ChildProcess } from 'node:child_process';

import type { Deadline } from './deadline';
import { end } from './processes';
import { type HostEvent, parseEvent } from './protocol';

/** What came of waiting for the host. */
export type Heard = { readonly event: HostEvent } | 'ended' | 'late';

/** Longest line that the host may say, in characters. */
const LONGEST_LINE = 1 << 20;
/** Lines that may wait for being read, before the host has to. */
const MOST_LINES = 2000;
/** Most that is kept of what ssh says on stderr, in characters. */
const MOST_STDERR = 20_000;
/** Lines of the activation's output that are shown. */
const MOST_OUTPUT = 5000;

/** One ssh connection, on which a script runs on the host and talks in lines that begin with a mark. */
export class Connection {
  /** What ssh, or the login shell there, wrote to stderr. */
  stderr = '';
  /** Called with each line of the host that is no event; by default they are dropped. */
  onOutput: (line: string) => void = () => undefined;
  private readonly lines: string[] = [];
  private rest = '';
  private closed = false;
  private shown = 0;
  private wake: () => void = () => undefined;

  constructor(
    readonly ssh: ChildProcess,
    private readonly mark: string,
  ) {
    ssh.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.take(text);
    });
    ssh.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text.replaceAll('\r', '')).slice(-MOST_STDERR);
    });
    const over = () => {
      this.closed = true;
      this.wake();
    };
    ssh.on('error', (error) => {
      this.stderr += error.message;
      over();
    });
    ssh.on('close', over);
  }

  /** The end of the pipe to the host. Writing to a connection that has ended is no error: reading shows it. */
  write(text: string | Buffer): void {
    this.ssh.stdin?.write(text);
  }

  /**
   * The next event; `ended` when the connection has, `late` when the time is up.
   *
   * @throws ProtocolViolation for a line that has the mark and is no event
   */
  async next(deadline: Deadline): Promise<Heard> {
    for (;;) {
      for (let line = this.lines.shift(); line !== undefined; line = this.lines.shift()) {
        if (line.startsWith(this.mark)) return { event: parseEvent(line.slice(this.mark.length)) };
        this.show(line);
      }
      this.ssh.stdout?.resume();
      if (this.closed) return 'ended';
      if (deadline.passed) return 'late';
      await this.sleep(deadline);
    }
  }

  close(): void {
    end(this.ssh);
  }

  private async sleep(deadline: Deadline): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      timer = setTimeout(resolve, Math.min(deadline.left + 1, 2 ** 31 - 1));
    });
    clearTimeout(timer);
  }

  private take(text: string): void {
    const [first = '', ...others] = text.split('\n');
    this.rest += first;
    for (const next of others) {
      this.lines.push(this.rest);
      this.rest = next;
    }
    if (this.rest.length > LONGEST_LINE) {
      this.lines.push(this.rest);
      this.rest = '';
    }
    if (this.lines.length > MOST_LINES) this.ssh.stdout?.pause();
    this.wake();
  }

  private show(line: string): void {
    if (line === '') return;
    this.shown += 1;
    if (this.shown <= MOST_OUTPUT) this.onOutput(line);
    if (this.shown === MOST_OUTPUT) this.onOutput('(further output of the host is not shown)');
  }
}
