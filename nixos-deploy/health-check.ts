import { closeSync, openSync, readSync, statSync } from 'node:fs';

import type { Deadline } from './deadline';
import { linesOf, type Output } from './display';
import { end, start } from './processes';
import type { Settings } from './settings';
import type { WorkFolder } from './work-folder';

/** Seconds between one check and the next: the first ones follow quickly. */
const PAUSES = [0.1, 0.5, 1] as const;

/**
 * Runs HEALTH_CHECK until it succeeds or the time is up. Its last output is shown when it failed. A check that hangs is
 * ended with all that it started.
 */
export async function isHealthy(
  settings: Settings,
  deadline: Deadline,
  env: NodeJS.ProcessEnv,
  work: WorkFolder,
  output: Output,
): Promise<boolean> {
  const { HEALTH_CHECK, HEALTH_TIMEOUT, TARGET_HOST, TOPLEVEL } = settings;
  if (HEALTH_CHECK === '') return true;
  let status: number | 'unfinished' = 'unfinished';
  for (let round = 0; !deadline.passed; round += 1) {
    status = await check(HEALTH_CHECK, deadline, { ...env, TARGET_HOST, TOPLEVEL }, work.file('health'));
    if (status === 0) return true;
    const seconds = PAUSES[Math.min(round, PAUSES.length - 1)] ?? 1;
    await deadline.pause(seconds * 1000);
  }
  output.say(`not healthy within ${HEALTH_TIMEOUT} s; exit status of the last check: ${status}; it said:`);
  for (const line of lastLines(work.file('health'))) output.quote(line);
  return false;
}

async function check(
  command: string,
  deadline: Deadline,
  env: NodeJS.ProcessEnv,
  file: string,
): Promise<number | 'unfinished'> {
  // Into a file: a pipe would be held open by what the check leaves behind.
  const said = openSync(file, 'w');
  const child = start('bash', ['-c', '--', command], { env, stdio: ['ignore', said, said] });
  closeSync(said);
  let timer: NodeJS.Timeout | undefined;
  const status = await new Promise<number | 'unfinished'>((resolve) => {
    timer = setTimeout(() => {
      resolve('unfinished');
    }, deadline.left);
    child.on('error', () => {
      resolve(127);
    });
    child.on('exit', (code) => {
      resolve(code ?? -1);
    });
  });
  clearTimeout(timer);
  end(child, status === 'unfinished' ? 'SIGKILL' : 'SIGTERM');
  return status;
}

/** Of a file that may be large. */
function lastLines(file: string): readonly string[] {
  const size = statSync(file).size;
  const bytes = Buffer.alloc(Math.min(size, 8192));
  const opened = openSync(file, 'r');
  readSync(opened, bytes, 0, bytes.length, size - bytes.length);
  closeSync(opened);
  return linesOf(bytes.toString()).slice(-5);
}
