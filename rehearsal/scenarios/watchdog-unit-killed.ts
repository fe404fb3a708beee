import { playAtEachStep } from './faults-at-steps';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'watchdog-unit-killed',
  summary: 'all processes of its unit at once, at each step: systemd goes on in its place',
  async run(workspace) {
    await playAtEachStep(workspace, {
      name: 'SIGKILL to the unit',
      strike: async (host, unit) => {
        await host.execute(`systemctl kill --signal=KILL ${unit}`);
      },
      outcomes: {
        switching: [14, 'old'],
        switched: [16, 'old'],
        committing: [0, 'new'],
        'rolling back': [16, 'old'],
      },
    });
  },
};
