import { story as immutable } from './immutable';
import { story as live } from './live';
import type { Story } from './story';

/** Every story, by name; a rehearsal without a name tells all of them. */
export const stories: readonly Story[] = [immutable, live];
