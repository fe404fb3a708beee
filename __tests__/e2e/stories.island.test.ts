import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

import { mainStories, stories } from '../../rehearsal/stories';

const PROJECT = resolve(__dirname, '../..');
const others = stories.filter((story) => !mainStories.includes(story)).map(({ name }) => name);

// Told side by side: they mostly wait for the provider.
test(`the other stories end as promised: ${others.join(', ')}`, () => {
  const { status, stdout, stderr } = spawnSync(
    'node',
    ['run.cjs', 'rehearsal/rehearse.ts', ...others.flatMap((name) => ['--scenario', name])],
    { cwd: PROJECT, encoding: 'utf8' },
  );
  expect({ status, end: (stdout + stderr).split('\n').slice(-30).join('\n') }).toMatchObject({
    status: 0,
    end: expect.stringContaining('Left behind: nothing.') as unknown,
  });
}, 1_200_000);
