import { type Fault, HELD_IN, playAtEachStep } from './faults-at-steps';
import type { Scenario } from './scenario';

export const fault: Fault = {
  name: 'SIGKILL to switch-to-configuration',
  strike: async ({ host, step }) => {
    await host.execute(`read -r pid _ </tmp/at-${HELD_IN[step] ?? ''} && kill -KILL "$pid"`);
  },
  outcomes: {
    switching: [14, 'old'],
    committing: [14, 'old'],
    'rolling back': [15, 'old'],
  },
};

export const scenario: Scenario = {
  name: 'switch-killed-at-every-step',
  summary:
    'switch-to-configuration alone, as for want of memory: rolled back; the rollback itself is tried again',
  run: async (workspace) => playAtEachStep(workspace, fault),
};
