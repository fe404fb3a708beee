import { mainStackScenarios, stackScenarios } from '../../rehearsal/stack-scenarios';
import { expectAsPromised } from './rehearse-scenarios';

const names = stackScenarios
  .filter((scenario) => !scenario.ownCloud && !mainStackScenarios.includes(scenario))
  .map(({ name }) => name);

// In one cloud, side by side: they mostly wait for the provider.
test(`as promised: ${names.join(', ')}`, () => expectAsPromised(names));
