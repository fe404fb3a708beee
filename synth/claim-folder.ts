import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { InputsError } from '../inputs/problems';

/**
 * Claim a folder for a process until that ends. cdktf removes from its output the stacks that it did
 * not make, also those that another cdktf works with: two in one folder end each other's deployments.
 *
 * @throws InputsError when the folder is another process's.
 */
export function claimFolder(folder: string, pid: number): void {
  // First the own claim, then a look for others: of two at once, at most one stays.
  const own = join(folder, nameOf({ pid, started: startOf(pid) }));
  writeFileSync(own, '');
  for (const claim of readdirSync(folder)) {
    const owner = ownerOf(claim);
    if (owner === undefined || owner.pid === pid) continue;
    if (!isRunning(owner)) {
      rmSync(join(folder, claim), { force: true });
      continue;
    }
    rmSync(own, { force: true });
    throw new InputsError('Another cdktf works in this folder:', [
      [
        `the output folder ${folder}`,
        `  got       process ${owner.pid}, which has not ended yet`,
        '  expected  no other: each would remove what the other one works with',
        '  set it    wait for its end, or give an output of its own: --output cdktf.out/other',
      ].join('\n'),
    ]);
  }
}

/** A process; its start distinguishes it from a later one of the same id. */
interface Owner {
  readonly pid: number;
  readonly started: string;
}

const nameOf = ({ pid, started }: Owner): string => `claimed-by-${pid}-${started}`;

function ownerOf(name: string): Owner | undefined {
  const [, pid, started] = /^claimed-by-(\d+)-(\d+)$/.exec(name) ?? [];
  return pid && started ? { pid: Number(pid), started } : undefined;
}

function isRunning({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process may not be signalled, but it is there.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  return startOf(pid) === started;
}

/**
 * When a process started, in clock ticks since the machine did (proc(5), field 22); 0 when it has
 * ended, waited for or not, and for every process where there is no /proc.
 */
function startOf(pid: number): string {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '0';
  }
  // The name of the program, in parentheses, may contain anything.
  const [state, ...fields] = status.split(') ').at(-1)?.split(' ') ?? [];
  // A zombie: in a container without an init nobody may ever wait for it.
  return state === 'Z' ? '0' : (fields[18] ?? '0');
}
