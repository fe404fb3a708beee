import { type Fault, playAtEachStep } from './faults-at-steps';
import type { Scenario } from './scenario';

export const fault: Fault = {
  name: 'the power goes',
  strike: async ({ host }) => {
    await host.cutPower();
  },
  outcomes: {
    copying: [12, 'old'],
    starting: [16, 'old'],
    switching: [16, 'old'],
    switched: [16, 'old'],
    // Between profile and boot loader: the next deployment puts that right.
    committing: [19, 'old', 'new'],
    'rolling back': [16, 'old'],
  },
};

export const scenario: Scenario = {
  name: 'rebooted-at-every-step',
  summary:
    'the power goes at each step: the host comes up with the confirmed system, and is deployed to again',
  run: async (workspace) => playAtEachStep(workspace, fault),
};
