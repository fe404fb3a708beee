import { type Fault, playAtEachStep, WITHOUT_WATCHDOG } from './faults-at-steps';
import type { Scenario } from './scenario';

export const fault: Fault = {
  name: 'the watchdog freezes, until the timer',
  strike: async ({ host, unit }) => {
    await host.execute(`systemctl kill --signal=STOP ${unit}`);
    const rollback = unit.replace(/\.service$/, '-rollback');
    const timer = await host.execute(
      `systemctl show --property=ActiveState,TimersMonotonic,TimersCalendar ${rollback}.timer`,
    );
    // By a clock that nobody sets.
    for (const words of ['ActiveState=active', 'TimersMonotonic={ OnActiveUSec=']) {
      if (!timer.includes(words)) throw new Error(`expected: ${words}; the timer says:\n${timer}`);
    }
    if (timer.includes('OnCalendar=')) throw new Error(`the timer goes by the wall clock:\n${timer}`);
    // What the timer does, without the minutes until then.
    await host.execute(`systemctl start --no-block ${rollback}.service`);
  },
  outcomes: WITHOUT_WATCHDOG,
  limits: { ACTIVATION_TIMEOUT: '30' },
};

export const scenario: Scenario = {
  name: 'watchdog-frozen-at-every-step',
  summary: 'it neither ends nor decides, at each step: the timer that was set before goes on in its place',
  run: async (workspace) => playAtEachStep(workspace, fault),
};
