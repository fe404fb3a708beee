import { type Fault, playAtEachStep } from './faults-at-steps';
import type { Scenario } from './scenario';

export const fault: Fault = {
  name: 'SIGKILL to the watchdog',
  strike: async ({ host, unit }) => {
    await host.execute(`kill -KILL "$(systemctl show --property=MainPID --value ${unit})"`);
  },
  outcomes: {
    starting: [16, 'old'],
    switching: [14, 'old'],
    switched: [16, 'old'],
    committing: [0, 'new'],
    'rolling back': [16, 'old'],
  },
};

export const scenario: Scenario = {
  name: 'watchdog-process-killed',
  summary: 'at each step systemd goes on in its place: what was confirmed is kept, all else goes back',
  run: async (workspace) => playAtEachStep(workspace, fault),
};
