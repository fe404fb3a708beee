import { spawnSync } from 'node:child_process';

import { hostScript } from '../../nixos-deploy/host-script';

const NAMES = [
  ...(['activation', 'agent', 'confirm', 'record'] as const),
  ...(['rollback', 'secrets', 'status', 'watchdog'] as const),
];

test.each(NAMES)('%s: without comments, and a script for sh', (name) => {
  const script = hostScript(name, {});
  expect(script.split('\n').filter((line) => /^\s*(#|$)/.test(line))).toEqual(['']); // what follows the last line
  const { status, stderr } = spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('a variable in front has its value, whatever that is', () => {
  const value = `it's "$(id)" \\ \n# a line of it\n\n`;
  const script = hostScript('record', { value });
  const { stdout } = spawnSync('sh', ['-c', `${script}\nprintf '%s.' "$value"`], { encoding: 'utf8' });
  expect(stdout).toBe(`${value}.`);
});
