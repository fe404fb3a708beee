import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';

/** More than any text of this project; a larger file is not what its name says. */
const LARGEST = 16 * 1024 * 1024;

/**
 * The bytes of a regular file of at most 16 MiB. Nothing in its place can make the reader wait
 * (a FIFO) or never end (a device).
 *
 * @throws Error naming the file, and what is wrong with it or in its place.
 */
export function readSmallFile(path: string): Buffer {
  // Without O_NONBLOCK the opening of a FIFO would wait for a writer.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw new Error(`${path} must be a regular file, got: ${kindOf(status)}`);
    if (status.size > LARGEST) {
      throw new Error(`${path} must be at most ${LARGEST} bytes long, got: ${status.size}`);
    }
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function kindOf(status: Stats): string {
  if (status.isDirectory()) return 'a folder';
  if (status.isFIFO()) return 'a FIFO';
  return status.isSocket() ? 'a socket' : 'a device';
}
