import type { ChildProcess } from 'node:child_process';

import type { Closure } from './closure';
import type { Connection } from './connection';
import { Deadline } from './deadline';
import { lastLine, linesOf, type Output } from './display';
import { Failure } from './exit-status';
import { end, start } from './processes';
import { type HostEvent, ProtocolViolation } from './protocol';
import type { Settings } from './settings';
import { SESSION_OPTIONS, type Session } from './ssh';
import { bytesAsText, type Copied } from './summary';
import type { WorkFolder } from './work-folder';

/**
 * From this many bytes on, paths go by nix copy: its protocol streams, while nix-store --import takes each path whole
 * into memory and hashes it twice. Below, an export is faster, since it waits for no answer.
 */
const LARGE = 64_000_000;

/** Seconds without a word of the host and a byte to it, after which a copy stands still. The host itself gives up after 60 to 70. */
const STANDSTILL = 90;
/** Seconds for what the host does without saying how far it is: a garbage collection before us, substituters. */
const SILENCE = { waiting: 660, substituting: 330 } as const;

/** What nix says where the other side does not speak its protocol: nothing was copied then. */
const NO_SESSION = /^error: (?:cannot open connection to remote store|failed to start SSH connection)/m;

const RESUMES = 'Paths that arrived are kept; the next deployment goes on from there.';
const DISK_FULL_HELP = [
  'Make room: nix-collect-garbage --delete-older-than 14d there, a lower KEEP_GENERATIONS, or a larger volume.',
  RESUMES,
] as const;

/** What a copy needs of the deployment that it is a part of. */
export interface CopyContext {
  readonly settings: Settings;
  readonly closure: Closure;
  readonly connection: Connection;
  readonly session: Session;
  readonly work: WorkFolder;
  readonly output: Output;
  /** Has the host asked nix which paths are valid, and not only looked which exist? */
  readonly verified: boolean;
  /** Takes each event; throws for one that has no meaning now. */
  readonly take: (event: HostEvent) => void;
}

/** Copies what the host lacks. `'again'`: a path that exists there turned out not to be valid. */
export class Copy {
  private deadline = Deadline.in(STANDSTILL);
  private readonly missing: string[] = [];
  private available = 0;
  private bytes = 0;
  private readonly details: string[] = [];
  private readonly senders: ChildProcess[] = [];
  /** What nix said when the sending failed. */
  private problem = '';
  private readonly began = new Date().toTimeString().slice(0, 8);

  constructor(private readonly context: CopyContext) {}

  async run(): Promise<Copied | 'again'> {
    try {
      for (;;) {
        const heard = await this.context.connection.next(this.deadline);
        if (heard === 'ended') throw this.cut();
        if (heard === 'late') throw this.stoodStill();
        this.deadline = Deadline.in(STANDSTILL);
        this.context.take(heard.event);
        const result = this.hear(heard.event);
        if (result !== undefined) return result;
      }
    } finally {
      for (const sender of this.senders) end(sender);
    }
  }

  private hear(event: HostEvent): Copied | 'again' | undefined {
    const { output, settings, closure } = this.context;
    switch (event.name) {
      case 'waiting':
        output.say(`waiting ${event.text}`);
        this.deadline = Deadline.in(SILENCE.waiting);
        return undefined;
      case 'substituting':
        output.say(`${settings.TARGET_HOST} asks its substituters for ${event.count} paths`);
        this.deadline = Deadline.in(SILENCE.substituting);
        return undefined;
      case 'missing':
        this.available = event.available;
        return undefined;
      case 'path':
        this.missing.push(event.path);
        if (this.missing.length > Math.max(1, closure.sizes.size))
          throw new ProtocolViolation('it lacks more than there is');
        return undefined;
      case 'end-of-list':
        this.begin();
        return undefined;
      case 'received':
        output.say(
          `copied ${bytesAsText(Math.min(event.bytes, this.bytes))} of ${bytesAsText(this.bytes)} since ${this.began}`,
        );
        return undefined;
      case 'detail':
        if (this.details.length < 100) this.details.push(event.text);
        return undefined;
      case 'busy':
        throw new Failure(
          'busy',
          `${event.holder} holds ${settings.TARGET_HOST}; nothing was changed`,
          'Wait for it to end, and deploy again.',
        );
      case 'import-failed':
        return this.failed(event.available);
      case 'copied':
        return { bytes: this.bytes, paths: this.missing.length, closure: closure.sizes.size };
      default:
        throw new ProtocolViolation(`it said ${event.name} while copying`);
    }
  }

  private begin(): void {
    const { output, settings, closure } = this.context;
    for (const path of this.missing) {
      const size = closure.sizes.get(path);
      if (size === undefined) {
        throw new Failure(
          'copy',
          `${path} is missing on ${settings.TARGET_HOST}, its substituters do not have it, and it is not in this machine's store`,
          'Build the system here, or push it to the cache that the host asks.',
        );
      }
      this.bytes += size;
    }
    const needed = bytesAsText(this.bytes);
    if (this.bytes > this.available) {
      throw new Failure(
        'diskFull',
        `disk full: the missing paths take ${needed}, and ${settings.TARGET_HOST} has ${bytesAsText(this.available)} left in /nix/store`,
        ...DISK_FULL_HELP,
      );
    }
    if (this.missing.length === 0) return;
    output.say(`copying ${this.missing.length} of ${closure.sizes.size} paths, ${needed}`);
    void this.send();
  }

  /** Runs beside the host's word on how much has arrived, and never rejects: the host says how it ended. */
  private async send(): Promise<void> {
    const sent = this.bytes < LARGE ? 'no session' : await this.copyLarge();
    if (sent === 'no session') await this.export(this.missing);
    else if (sent === 'copied') await this.export([]);
    else this.context.connection.write('This is no export, and ends the import that waits for one.\n');
  }

  private async export(paths: readonly string[]): Promise<void> {
    const { stdin } = this.context.connection.ssh;
    const exporter = start('nix-store', ['--export', ...paths], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.senders.push(exporter);
    exporter.stderr?.on('data', (text: Buffer) => {
      this.problem = (this.problem + text.toString()).slice(-4000);
    });
    exporter.stdout?.on('data', () => {
      this.deadline = Deadline.in(STANDSTILL);
    });
    if (stdin !== null) exporter.stdout?.pipe(stdin, { end: false });
    await new Promise((resolve) => {
      exporter.on('error', resolve);
      exporter.on('close', resolve);
    });
  }

  /** By a further session: there is none where MaxSessions is 1, or where the login shell talks, which is no protocol. */
  private async copyLarge(): Promise<'copied' | 'failed' | 'no session'> {
    const { settings, session, work, closure } = this.context;
    const receiver = `sh /run/nixos-deploy/${session.id}/receive`;
    const program = settings.SSH_USER === 'root' ? receiver : `sudo -n ${receiver}`;
    const store = `ssh-ng://held?remote-program=${program.replaceAll(' ', '%20')}`;
    const words = ['--extra-experimental-features', 'nix-command', 'copy', '--no-check-sigs', '--to', store];
    const copier = start('nix', [...words, closure.toplevel], {
      cwd: work.path,
      env: { ...process.env, NIX_SSHOPTS: [...SESSION_OPTIONS, '-o', `ControlPath=${session.id}`].join(' ') },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.senders.push(copier);
    copier.stderr?.on('data', (text: Buffer) => {
      this.problem = (this.problem + text.toString()).slice(-4000);
    });
    return new Promise((resolve) => {
      copier.on('error', () => {
        resolve('failed');
      });
      copier.on('close', (code) => {
        if (code === 0) resolve('copied');
        else if (!NO_SESSION.test(this.problem)) resolve('failed');
        else {
          this.problem = '';
          resolve('no session');
        }
      });
    });
  }

  private failed(available: number): 'again' {
    const { settings, verified } = this.context;
    const own = linesOf(this.problem).filter((line) => line !== '' && !line.startsWith('copying '));
    const details = own.some((line) => line.startsWith('error')) ? own : this.details;
    const said = details.join(' ');
    if (/No space left on device|Disk quota exceeded|database or disk is full/.test(said)) {
      throw new Failure(
        'diskFull',
        `disk full on ${settings.TARGET_HOST}: ${bytesAsText(available)} left in /nix/store`,
        ...details,
        ...DISK_FULL_HELP,
      );
    }
    if (!verified && /is not valid|no substituter that can build it/.test(said)) return 'again';
    throw new Failure('copy', `the copy to ${settings.TARGET_HOST} failed`, ...details, RESUMES);
  }

  private cut(): Failure {
    const { settings, connection } = this.context;
    return new Failure(
      'copy',
      `the connection to ${settings.TARGET_HOST} ended while copying; the host runs what it ran`,
      `ssh said: ${lastLine(connection.stderr)}`,
      this.nixError(),
      RESUMES,
    );
  }

  private stoodStill(): Failure {
    const { settings } = this.context;
    return new Failure(
      'copy',
      `the copy to ${settings.TARGET_HOST} stood still, and was ended; the host runs what it ran`,
      this.nixError(),
      RESUMES,
    );
  }

  private nixError(): string | undefined {
    const error = linesOf(this.problem).find((line) => line.startsWith('error: '));
    return error === undefined ? undefined : `nix said: ${error}`;
  }
}
