import { type Fault, playAtEachStep } from './faults-at-steps';
import type { Scenario } from './scenario';

export const fault: Fault = {
  name: 'SIGKILL to its whole unit',
  strike: async ({ host, unit }) => {
    await host.execute(`systemctl kill --signal=KILL ${unit}`);
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
  name: 'watchdog-unit-killed',
  summary: 'all processes of its unit at once, at each step: systemd goes on in its place',
  run: async (workspace) => playAtEachStep(workspace, fault),
};
