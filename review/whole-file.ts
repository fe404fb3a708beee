import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { ReviewError } from './json';

/**
 * Writes a file whole or not at all: a disk that is full or a process that is ended
 * leaves what was there before. A link is followed, and what is no file, such as
 * /dev/stdout, is written to as it is.
 */
export function writeWhole(file: string, text: string): void {
  try {
    const target = targetOf(file);
    if (target === undefined) writeFileSync(file, text);
    else replace(target, text);
  } catch (error) {
    throw new ReviewError(
      `${file}: cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

/** The file that is to be replaced or made; undefined for what is no file. */
function targetOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return file;
  return found.isFile() ? realpathSync(file) : undefined;
}

function replace(file: string, text: string): void {
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}`);
  const descriptor = openSync(temporary, 'wx');
  try {
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
