import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { reasonOf } from './errors';
import { SETTINGS } from './settings';

/** How one deployment ended, for whoever runs several. */
export interface Outcome {
  readonly result: 'deployed' | 'up to date' | 'failed';
  /** Exit status of nixos-deploy. */
  readonly status: number;
  /** Why it failed, in one line; empty otherwise. */
  readonly reason: string;
  /** Bytes that were sent to the host. */
  readonly bytes: number;
  readonly seconds: number;
}

/** Where a host's outcome is in a folder of outcomes. */
export const outcomeFile = (folder: string, host: string): string => join(folder, `${host}.json`);

/**
 * Leaves how it ended in OUTCOME_FOLDER, whole at once; nothing without one, or for a host whose name cannot name a
 * file. The values may be those that were refused, so they are read here by themselves.
 *
 * @returns why it could not be written; undefined otherwise
 */
export function writeOutcome(env: NodeJS.ProcessEnv, outcome: Outcome): string | undefined {
  const folder = SETTINGS.OUTCOME_FOLDER.parse(env.OUTCOME_FOLDER ?? '') ?? '';
  const host = SETTINGS.HOST_NAME.parse(env.HOST_NAME ?? '') ?? '';
  if (folder === '' || host === '') return undefined;
  const file = outcomeFile(folder, host);
  try {
    writeFileSync(`${file}.part`, JSON.stringify(outcome));
    renameSync(`${file}.part`, file);
    return undefined;
  } catch (error) {
    return `OUTCOME_FOLDER has no outcome of ${host}: ${reasonOf(error)}`;
  }
}
