import { killDeployer, playAtEachStep } from './faults-at-steps';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'deployer-killed-at-every-step',
  summary: 'the host needs nobody to go back, nor to keep what was confirmed',
  async run(workspace) {
    await playAtEachStep(workspace, {
      name: 'deployer killed',
      strike: async (_, __, deployment) => killDeployer(deployment),
      outcomes: {
        switching: [-1, 'old'],
        switched: [-1, 'old'],
        committing: [-1, 'new'],
        'rolling back': [-1, 'old'],
      },
    });
  },
};
