import { writeSync } from 'node:fs';

import { codeOf } from './errors';

// C0 and C1 controls, invisible and direction-changing characters, line separators.
const INVISIBLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|[\ud800-\udfff]/gu;

/** Longest line that is shown, in characters. */
const LONGEST = 2000;

/**
 * Text of one line as it can be shown anywhere: control characters, escape sequences and bidirectional marks become
 * `\x1b` or `\u202e`, and what a CI system would take for a command (`::error::`, `##[group]`) is broken by a backslash.
 */
export function visible(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length - LONGEST} more)` : text;
  return cut
    .replace(INVISIBLE, (character) => {
      const code = character.codePointAt(0) ?? 0;
      if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
      return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
    })
    .replace(/::(?=[A-Za-z][^:]*::)/g, ':\\:')
    .replace(/##(?=\[|vso\[|teamcity\[)/g, '#\\#');
}

/** A value as it is shown in an error: quoted, so that its ends are seen. */
export function quoted(value: string): string {
  return `'${value}'`;
}

/** Lines of a text, without empty ones at the end. */
export function linesOf(text: string): readonly string[] {
  return text.replace(/\s+$/, '').split(/\r?\n/);
}

/** The last line of what somebody said that is not empty; `nothing` without one. */
export function lastLine(text: string): string {
  return linesOf(text).at(-1) === '' ? 'nothing' : (linesOf(text).at(-1) ?? 'nothing');
}

/** Milliseconds that a full pipe is waited for. */
const PATIENCE = 10_000;

/**
 * What nixos-deploy writes: progress and errors to stderr, results to stdout, each line made visible. A stream that is
 * closed or full ends nothing; it is remembered in `lost`.
 */
export class Output {
  /** Why a line could not be written; undefined while all were. */
  lost: string | undefined;

  /** A line of progress, or what went wrong. */
  say(text: string): void {
    this.write(2, `nixos-deploy: ${visible(text)}`);
  }

  /** A further line of what was said. */
  detail(text: string): void {
    this.write(2, `  ${visible(text)}`);
  }

  /** A line of somebody else: of the host's activation, or of a health check. */
  quote(text: string): void {
    this.write(2, `  | ${visible(text)}`);
  }

  /** A line of the result. */
  print(text: string): void {
    this.write(1, visible(text));
  }

  private write(stream: 1 | 2, line: string): void {
    let rest = Buffer.from(`${line}\n`);
    const deadline = performance.now() + PATIENCE;
    while (rest.length > 0) {
      try {
        rest = rest.subarray(writeSync(stream, rest));
      } catch (error) {
        const code = codeOf(error) || String(error);
        // Another process may have made the pipe that we share non-blocking.
        if (code === 'EAGAIN' && performance.now() < deadline) {
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
          continue;
        }
        this.lost ??= `${stream === 1 ? 'standard output' : 'standard error'} cannot be written (${code})`;
        return;
      }
    }
  }
}
