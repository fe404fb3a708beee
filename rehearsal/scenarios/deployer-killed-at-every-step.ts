import { type Fault, killDeployer, playAtEachStep } from './faults-at-steps';
import type { Scenario } from './scenario';

export const fault: Fault = {
  name: 'SIGKILL to the deployer',
  strike: killDeployer,
  outcomes: {
    copying: [-1, 'old'],
    starting: [-1, 'old'],
    switching: [-1, 'old'],
    switched: [-1, 'old'],
    committing: [-1, 'new'],
    'rolling back': [-1, 'old'],
  },
};

export const scenario: Scenario = {
  name: 'deployer-killed-at-every-step',
  summary: 'the host needs nobody to go back, nor to keep what was confirmed',
  run: async (workspace) => playAtEachStep(workspace, fault),
};
