import { type Fault, playAtEachStep, WITHOUT_WATCHDOG } from './faults-at-steps';
import type { Scenario } from './scenario';

export const fault: Fault = {
  name: 'systemctl stop',
  strike: async ({ host, unit }) => {
    await host.execute(`systemctl stop ${unit}`);
  },
  outcomes: WITHOUT_WATCHDOG,
};

export const scenario: Scenario = {
  name: 'watchdog-unit-stopped',
  summary:
    'stopped by systemctl, which is no failure for systemd, at each step: it goes on in its place all the same',
  run: async (workspace) => playAtEachStep(workspace, fault),
};
