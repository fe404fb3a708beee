import { type Fault, playAtEachStep } from './faults-at-steps';
import type { Scenario } from './scenario';

export const fault: Fault = {
  name: 'systemctl stop',
  strike: async ({ host, unit }) => {
    await host.execute(`systemctl stop ${unit}`);
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
  name: 'watchdog-unit-stopped',
  summary:
    'stopped by systemctl, which is no failure for systemd, at each step: it goes on in its place all the same',
  run: async (workspace) => playAtEachStep(workspace, fault),
};
