import { stackScenarios } from '../../rehearsal/stack-scenarios';
import { expectAsPromised } from './rehearse-scenarios';

const LONGEST = 'waves';
const others = stackScenarios.filter(({ name, ownCloud }) => ownCloud && name !== LONGEST);
const names = [LONGEST, ...others.map(({ name }) => name)];

// Each in a cloud of its own, since it looks at all that is in its account.
test.concurrent.each(names)('as promised: %s', (name) => expectAsPromised([name]));
