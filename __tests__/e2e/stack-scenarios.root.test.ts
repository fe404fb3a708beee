import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

import { mainStackScenarios, stackScenarios } from '../../rehearsal/stack-scenarios';

const PROJECT = resolve(__dirname, '../..');
const others = stackScenarios
  .filter((scenario) => !mainStackScenarios.includes(scenario))
  .map(({ name }) => name);

// Run side by side: they mostly wait for the provider.
test(`the other stack scenarios end as promised: ${others.join(', ')}`, () => {
  const { status, stdout, stderr } = spawnSync(
    'node',
    ['run.cjs', 'rehearsal/rehearse.ts', ...others.flatMap((name) => ['--scenario', name])],
    { cwd: PROJECT, encoding: 'utf8' },
  );
  expect({ status, end: (stdout + stderr).split('\n').slice(-30).join('\n') }).toMatchObject({
    status: 0,
    end: expect.stringContaining('Leaked resources: none.') as unknown,
  });
});
