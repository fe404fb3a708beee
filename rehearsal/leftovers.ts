import { readdirSync, readFileSync } from 'node:fs';

/**
 * What an island left on this machine, in words: mounts below its folder, and
 * processes that run in it or see it mounted (a namespace lives as long as a
 * process or a mount of it).
 */
export function machineLeftovers(directory: string): readonly string[] {
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
