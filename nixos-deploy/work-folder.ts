import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { reasonOf } from './errors';
import { Failure } from './exit-status';

/** A folder of this run alone, for what ssh wants to have as files: host keys, its configuration, its socket. */
export class WorkFolder {
  private constructor(readonly path: string) {}

  static create(): WorkFolder {
    try {
      return new WorkFolder(mkdtempSync(join(tmpdir(), 'nixos-deploy-')));
    } catch (error) {
      throw new Failure(
        'internal',
        `cannot make a temporary folder: ${reasonOf(error)}; nothing was changed`,
        'Set TMPDIR to a folder that can be written and has room.',
      );
    }
  }

  file(name: string): string {
    return join(this.path, name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
