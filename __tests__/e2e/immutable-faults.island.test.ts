import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');

test('a real apply of a file that is no disk image, of an AMI that is tainted, of an application that does not start', () => {
  const { status, stdout, stderr } = spawnSync(
    'node',
    ['run.cjs', 'rehearsal/rehearse.ts', '--scenario', 'immutable-faults'],
    { cwd: PROJECT, encoding: 'utf8' },
  );
  expect({ status, end: (stdout + stderr).split('\n').slice(-30).join('\n') }).toMatchObject({
    status: 0,
    end: expect.stringContaining('Left behind: nothing.') as unknown,
  });
}, 600_000);
