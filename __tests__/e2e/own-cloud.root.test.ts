import { stackScenarios } from '../../rehearsal/stack-scenarios';
import { expectAsPromised } from './rehearse-scenarios';

const names = stackScenarios.filter(({ ownCloud }) => ownCloud).map(({ name }) => name);

// Each in a cloud of its own, since it looks at all that is in its account.
test.concurrent.each(names)('as promised: %s', (name) => expectAsPromised([name]));
