import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');

function sources(folder: string): string[] {
  return readdirSync(join(PROJECT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name).slice(PROJECT.length + 1));
}

test('the template names every place that is marked as yours, and no other', () => {
  const marked = ['app', 'nix', 'stacks']
    .flatMap(sources)
    .filter((file) => file !== 'nix/template.md')
    .filter((file) => readFileSync(join(PROJECT, file), 'utf8').includes('CUSTOMIZE:'))
    .map((file) => (file.startsWith('app/') ? 'app/' : file));
  const text = readFileSync(join(PROJECT, 'nix/template.md'), 'utf8');
  const named = [...text.matchAll(/`((?:app|nix|stacks)\/[^`]*)`/g)].map(([, path]) => path);
  expect([...new Set(named)].sort()).toEqual([...new Set(marked)].sort());
});

test('its command finds them all', () => {
  const text = readFileSync(join(PROJECT, 'nix/template.md'), 'utf8');
  const [, command] = /`(grep [^`]*)`/.exec(text) ?? [];
  expect(command).toBe("grep -rn 'CUSTOMIZE:' app nix stacks");
});

test.each([
  ['stacks/immutable-stack.ts', 'namePrefix = '],
  ['stacks/live-stack.ts', 'namePrefix = '],
  ['nix/modules/iplz.nix', 'healthCheck = '],
  ['stacks/aws-provider.ts', "project: '"],
  ['stacks/state-backend.ts', 'key: `'],
  ['nix/hosts.nix', 'let'],
  ['nix/modules/iplz.nix', 'systemd.services.iplz'],
  ['nix/modules/vm.nix', 'guest.port'],
])('%s marks %p, there or in the lines above', (file, text) => {
  const lines = readFileSync(join(PROJECT, file), 'utf8').split('\n');
  const at = lines.findIndex((line) => line.includes(text));
  expect(lines.slice(Math.max(0, at - 5), at + 1).join('\n')).toContain('CUSTOMIZE:');
});
