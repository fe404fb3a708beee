import { scenario as activationExits14And100 } from './activation-exits-1-4-and-100';
import { scenario as bootDefaultCannotBeSet } from './boot-default-cannot-be-set';
import { scenario as connectionCutInMidCopy } from './connection-cut-in-mid-copy';
import { scenario as consoleWithoutHostKey } from './console-without-host-key';
import { scenario as deployedAndDeployedAgain } from './deployed-and-deployed-again';
import { scenario as deployerKilledBeforeConfirmation } from './deployer-killed-before-confirmation';
import { scenario as diskFull } from './disk-full';
import { scenario as firewallShutsEverybodyOut } from './firewall-shuts-everybody-out';
import { scenario as generationsKept } from './generations-kept';
import { scenario as hardening } from './hardening';
import { scenario as healthCheckFails } from './health-check-fails';
import { scenario as hostDiesInMidCopy } from './host-dies-in-mid-copy';
import { scenario as hostKeyChanged } from './host-key-changed';
import { scenario as hostileValues } from './hostile-values';
import { scenario as largeCopies } from './large-copies';
import { scenario as machineInTheMiddle } from './machine-in-the-middle';
import { scenario as remainsOfAnInterruptedCopy } from './remains-of-an-interrupted-copy';
import { scenario as networkGoneAfterConfirmation } from './network-gone-after-confirmation';
import { scenario as networkGoneInMidCopy } from './network-gone-in-mid-copy';
import { scenario as networkGoneAfterSwitch } from './network-gone-after-switch';
import { scenario as notReachable } from './not-reachable';
import { scenario as pushedOnceForManyHosts } from './pushed-once-for-many-hosts';
import { scenario as rebootedAfterConfirmation } from './rebooted-after-confirmation';
import { scenario as rebootedBeforeConfirmation } from './rebooted-before-confirmation';
import { scenario as rollbackFails } from './rollback-fails';
import { scenario as secretsDelivered } from './secrets-delivered';
import { scenario as secretsFoundNowhereElse } from './secrets-found-nowhere-else';
import { scenario as secretsPutBack } from './secrets-put-back';
import { scenario as secretsPutBackByReboot } from './secrets-put-back-by-reboot';
import { scenario as secretsRefused } from './secrets-refused';
import { scenario as switchKilledAtEveryStep } from './switch-killed-at-every-step';
import { scenario as watchdogFrozenAtEveryStep } from './watchdog-frozen-at-every-step';
import { scenario as slowActivation } from './slow-activation';
import { scenario as slowNetwork } from './slow-network';
import { scenario as sshServerBroken } from './ssh-server-broken';
import { scenario as substitutedOnTarget } from './substituted-on-target';
import { scenario as switchInhibited } from './switch-inhibited';
import { scenario as throughAJumpHost } from './through-a-jump-host';
import { scenario as twoDeployersAtOnce } from './two-deployers-at-once';
import { scenario as unsignedPaths } from './unsigned-paths';
import { scenario as userWithSudo } from './user-with-sudo';
import { scenario as watchdogUnitStopped } from './watchdog-unit-stopped';
import { scenario as watchdogUnitKilled } from './watchdog-unit-killed';
import { scenario as watchdogProcessKilled } from './watchdog-process-killed';
import { scenario as rebootedAtEveryStep } from './rebooted-at-every-step';
import { scenario as deployerKilledAtEveryStep } from './deployer-killed-at-every-step';
import { scenario as anotherSwitchHoldsTheHost } from './another-switch-holds-the-host';
import { scenario as runFolderFullOrGone } from './run-folder-full-or-gone';
import { scenario as unitsThatThisSwitchDidNotBreak } from './units-that-this-switch-did-not-break';
import { scenario as bootPartitionSmall } from './boot-partition-small';
import { scenario as secretsOfACutDeployment } from './secrets-of-a-cut-deployment';
import type { Scenario } from './scenario';

/** Every scenario. Those that wait longest begin first: the others are played meanwhile. */
export const scenarios: readonly Scenario[] = [
  watchdogFrozenAtEveryStep,
  networkGoneAfterConfirmation,
  deployerKilledAtEveryStep,
  slowActivation,
  switchInhibited,
  anotherSwitchHoldsTheHost,
  activationExits14And100,
  bootDefaultCannotBeSet,
  connectionCutInMidCopy,
  consoleWithoutHostKey,
  deployedAndDeployedAgain,
  deployerKilledBeforeConfirmation,
  diskFull,
  firewallShutsEverybodyOut,
  generationsKept,
  hardening,
  healthCheckFails,
  hostDiesInMidCopy,
  hostKeyChanged,
  hostileValues,
  largeCopies,
  machineInTheMiddle,
  remainsOfAnInterruptedCopy,
  networkGoneAfterSwitch,
  networkGoneInMidCopy,
  notReachable,
  pushedOnceForManyHosts,
  rebootedAfterConfirmation,
  rebootedBeforeConfirmation,
  rollbackFails,
  secretsDelivered,
  secretsFoundNowhereElse,
  secretsPutBack,
  secretsPutBackByReboot,
  secretsRefused,
  slowNetwork,
  sshServerBroken,
  substitutedOnTarget,
  throughAJumpHost,
  twoDeployersAtOnce,
  unsignedPaths,
  userWithSudo,
  watchdogUnitStopped,
  watchdogUnitKilled,
  watchdogProcessKilled,
  rebootedAtEveryStep,
  switchKilledAtEveryStep,
  runFolderFullOrGone,
  unitsThatThisSwitchDidNotBreak,
  bootPartitionSmall,
  secretsOfACutDeployment,
];
