import { type Fault, playAtEachStep, WITHOUT_WATCHDOG } from './faults-at-steps';
import type { Scenario } from './scenario';

export const fault: Fault = {
  name: 'SIGKILL to the watchdog',
  strike: async ({ host, unit }) => {
    await host.execute(`kill -KILL "$(systemctl show --property=MainPID --value ${unit})"`);
  },
  outcomes: WITHOUT_WATCHDOG,
};

export const scenario: Scenario = {
  name: 'watchdog-process-killed',
  summary: 'at each step systemd goes on in its place: what was confirmed is kept, all else goes back',
  run: async (workspace) => playAtEachStep(workspace, fault),
};
