import { stackScenarios } from '../../rehearsal/stack-scenarios';
import { expectAsPromised } from './rehearse-scenarios';

const names = stackScenarios.filter(({ ownCloud }) => ownCloud).map(({ name }) => name);

// One after the other: each looks at all that is in its account.
test.each(names)('as promised: %s', (name) => expectAsPromised([name]));
