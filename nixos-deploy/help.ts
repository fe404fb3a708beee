import { EXIT_STATUS } from './exit-status';
import { NAMES, type Setting, SETTINGS } from './settings';

/** What `nixos-deploy --help` prints. */
export function helpText(): string {
  return `nixos-deploy: bring a built NixOS system to a host, and keep the host reachable.

  TARGET_HOST=… TOPLEVEL=… nixos-deploy           deploy
  TARGET_HOST=… [TOPLEVEL=…] nixos-deploy status  what runs there; exit 1 when it is not TOPLEVEL
  TARGET_HOST=… HEALTH_CHECK=… nixos-deploy health  wait until it is healthy, connecting to nothing
  TOPLEVELS=… BINARY_CACHE=… nixos-deploy push    bring systems into a binary cache, for many hosts
  nixos-deploy --help

Copies what the host lacks, activates the system there under a watchdog, checks its
health from here, and confirms over a new connection. Only then does the system become
the profile and the boot default. Without the confirmation the host goes back to the
system that was confirmed last, by itself, even when nothing reaches it any more.

Variables (unset and empty are the same), with their defaults:
${NAMES.flatMap(variable).join('\n')}

Exit status, and what the host then runs:
${Object.values(EXIT_STATUS).flatMap(exitStatus).join('\n')}

Trust: the paths are imported as root on the host and need no signature, as with
nix-copy-closure. Whoever may log in as SSH_USER decides what that host runs.
A host key that was trusted once is recorded, after that it has to stay the same.`;
}

const INDENT = 24;
const WIDTH = 92;

function variable(name: (typeof NAMES)[number]): readonly string[] {
  const { help, fallback, shown }: Setting<unknown> = SETTINGS[name];
  const byDefault = shown ?? (fallback === undefined ? 'required' : fallback === '' ? 'none' : fallback);
  const lines = wrap(`${help} [${byDefault}]`, WIDTH - INDENT);
  const label = `  ${name}`;
  if (label.length >= INDENT) return [label, ...lines.map((line) => ' '.repeat(INDENT) + line)];
  return lines.map((line, index) => (index === 0 ? label : '').padEnd(INDENT) + line);
}

function exitStatus([status, meaning, host]: readonly [number, string, string]): readonly string[] {
  return wrap(meaning, 50).map((line, index, lines) => {
    const left = (index === 0 ? String(status).padStart(4) : '    ') + `  ${line}`;
    return index === lines.length - 1 ? `${left.padEnd(58)}${host}` : left;
  });
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
