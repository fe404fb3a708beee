import { story as arm64 } from './arm64';
import { story as immutable } from './immutable';
import { story as immutableFaults } from './immutable-faults';
import { story as live } from './live';
import { story as registryAmi } from './registry-ami';
import { story as secrets } from './secrets';
import { story as stateInS3 } from './state-in-s3';
import type { Story } from './story';

/** What a rehearsal tells that is not asked for anything else. */
export const mainStories: readonly Story[] = [immutable, live];

/** Every story, by name. */
export const stories: readonly Story[] = [
  ...mainStories,
  arm64,
  immutableFaults,
  registryAmi,
  secrets,
  stateInS3,
];
