import type { Output } from './display';
import type { Settings } from './settings';
import type { Ssh } from './ssh';
import type { WorkFolder } from './work-folder';

/** What every part of one run of the program needs. */
export interface Run {
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  readonly work: WorkFolder;
  readonly output: Output;
  readonly ssh: Ssh;
}
