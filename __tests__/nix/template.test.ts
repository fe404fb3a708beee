import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');

function sources(folder: string): string[] {
  return readdirSync(join(PROJECT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name).slice(PROJECT.length + 1));
}

test('the template names every place that is marked as yours, and no other', () => {
  const marked = [...sources('app'), ...sources('nix')]
    .filter((file) => file !== 'nix/template.md')
    .filter((file) => readFileSync(join(PROJECT, file), 'utf8').includes('Yours:'))
    .map((file) => (file.startsWith('app/') ? 'app/' : file));
  const text = readFileSync(join(PROJECT, 'nix/template.md'), 'utf8');
  const named = [...text.matchAll(/`((?:app|nix)\/[^`]*)`/g)].map(([, path]) => path);
  expect([...new Set(named)].sort()).toEqual([...new Set(marked)].sort());
});
