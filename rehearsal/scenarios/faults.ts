import { fault as deployerKilled } from './deployer-killed-at-every-step';
import { type Fault, type Step, STEPS } from './faults-at-steps';
import { fault as rebooted } from './rebooted-at-every-step';
import { fault as switchKilled } from './switch-killed-at-every-step';
import { fault as watchdogFrozen } from './watchdog-frozen-at-every-step';
import { fault as watchdogProcessKilled } from './watchdog-process-killed';
import { fault as watchdogUnitKilled } from './watchdog-unit-killed';
import { fault as watchdogUnitStopped } from './watchdog-unit-stopped';

/** What is played at every step. */
const faults: readonly Fault[] = [
  deployerKilled,
  watchdogProcessKilled,
  watchdogUnitKilled,
  watchdogUnitStopped,
  watchdogFrozen,
  switchKilled,
  rebooted,
];

/** What comes of each fault at each step, as the rows of a table: docs/faults.md has it. */
export function faultsTable(): readonly (readonly string[])[] {
  const cell = ({ outcomes }: Fault, step: Step) => {
    const outcome = outcomes[step];
    if (outcome === undefined) return '–';
    const [status, system, profile] = outcome;
    return `${status === -1 ? 'killed' : status}, ${system}${profile === undefined ? '' : ', profile new'}`;
  };
  return [['', ...STEPS], ...faults.map((fault) => [fault.name, ...STEPS.map((step) => cell(fault, step))])];
}
