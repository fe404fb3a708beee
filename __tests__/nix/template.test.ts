import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');

test('the template names every place that is marked as yours, and no other', () => {
  const marked = execFileSync('git', ['grep', '-l', 'Yours:', '--', 'app', 'nix'], {
    cwd: PROJECT,
    encoding: 'utf8',
  })
    .trim()
    .split('\n')
    .filter((file) => file !== 'nix/template.md')
    .map((file) => (file.startsWith('app/') ? 'app/' : file));
  const text = readFileSync(join(PROJECT, 'nix/template.md'), 'utf8');
  const named = [...text.matchAll(/`((?:app|nix)\/[^`]*)`/g)].map(([, path]) => path);
  expect([...new Set(named)].sort()).toEqual([...new Set(marked)].sort());
});
