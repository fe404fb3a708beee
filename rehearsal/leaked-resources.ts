import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const LIMIT_SECONDS = 300;

/**
 * Wait until nothing of a sandbox is left: the kernel ends its processes after
 * whoever started it was notified. Returns what is left after 300 s.
 */
export async function awaitNoLeaks(directory: string): Promise<readonly string[]> {
  const deadline = Date.now() + LIMIT_SECONDS * 1000;
  while (leaksOnMachine(directory).length > 0 && Date.now() < deadline) await setTimeout(100);
  return leaksOnMachine(directory);
}

/**
 * What a sandbox left on this machine, in words: mounts below its folder, and
 * processes that run in it or see it mounted (a namespace lives as long as a
 * process or a mount of it).
 */
function leaksOnMachine(directory: string): readonly string[] {
  const mounts = lines('/proc/self/mountinfo')
    .filter((mount) => mount.includes(directory))
    .map((mount) => `mount ${mount}`);
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((pid) => mentions(pid, directory))
    .map((pid) => `process ${pid}: ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()}`);
  return [...mounts, ...processes];
}

function mentions(pid: string, directory: string): boolean {
  return ['environ', 'cmdline', 'mountinfo'].some((file) => read(`/proc/${pid}/${file}`).includes(directory));
}

function lines(file: string): readonly string[] {
  return read(file).split('\n');
}

/** A file of /proc; empty when its process has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
