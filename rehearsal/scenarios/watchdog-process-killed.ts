import { playAtEachStep } from './faults-at-steps';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'watchdog-process-killed',
  summary: 'at each step systemd goes on in its place: what was confirmed is kept, all else goes back',
  async run(workspace) {
    await playAtEachStep(workspace, {
      name: 'SIGKILL to the process',
      strike: async (host, unit) => {
        await host.execute(`kill -KILL "$(systemctl show --property=MainPID --value ${unit})"`);
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
