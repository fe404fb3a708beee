import { scenario as arm64 } from './arm64';
import { scenarios as imageNotDeployed } from './image-not-deployed';
import { scenario as immutable } from './immutable';
import { scenario as immutableFaults } from './immutable-faults';
import { scenario as instanceAltered } from './instance-altered';
import { scenario as live } from './live';
import { scenario as registryAmi } from './registry-ami';
import { scenario as secondHost } from './second-host';
import { scenario as secrets } from './secrets';
import { scenario as stableAddress } from './stable-address';
import { scenario as stateInS3 } from './state-in-s3';
import { scenario as withoutPublicAddress } from './without-public-address';
import { scenario as waves } from './waves';
import type { StackScenario } from './stack-scenario';

/** What a rehearsal runs unless scenarios are named. */
export const mainStackScenarios: readonly StackScenario[] = [immutable, live];

/** Every stack scenario, by name. */
export const stackScenarios: readonly StackScenario[] = [
  ...mainStackScenarios,
  arm64,
  ...imageNotDeployed,
  immutableFaults,
  instanceAltered,
  registryAmi,
  secondHost,
  secrets,
  stableAddress,
  stateInS3,
  withoutPublicAddress,
  waves,
];
