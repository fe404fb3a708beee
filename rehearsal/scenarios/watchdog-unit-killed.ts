import { type Fault, playAtEachStep, WITHOUT_WATCHDOG } from './faults-at-steps';
import type { Scenario } from './scenario';

export const fault: Fault = {
  name: 'SIGKILL to its whole unit',
  strike: async ({ host, unit }) => {
    await host.execute(`systemctl kill --signal=KILL ${unit}`);
  },
  outcomes: WITHOUT_WATCHDOG,
};

export const scenario: Scenario = {
  name: 'watchdog-unit-killed',
  summary: 'all processes of its unit at once, at each step: systemd goes on in its place',
  run: async (workspace) => playAtEachStep(workspace, fault),
};
