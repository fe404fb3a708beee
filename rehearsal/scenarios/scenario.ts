import type { HostWorkspace } from './host-workspace';

/** One thing that can happen to a deployment, and what has to be true afterwards. */
export interface Scenario {
  /** What happens, in kebab-case: the word after `--scenario`. */
  readonly name: string;
  /** One sentence: what is asserted. */
  readonly summary: string;
  /** Throws when a promise is broken. */
  readonly run: (workspace: HostWorkspace) => Promise<void>;
}
