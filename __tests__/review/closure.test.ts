import { parseDiffClosures } from '../../review/closure';
import { packagesSection } from '../../review/packages-table';

const limits = { rows: 100, attributes: 10 };

// As Nix up to 2.28 and Lix print, and as later ones do, whose sizes have a unit and no plus.
const OLD = [
  'acl: 2.3.1 → 2.3.2',
  'iplz: ∅ → 1.0, \u001b[31;1m+120.5 KiB\u001b[0m',
  'nano: 8.0 → ∅, \u001b[32;1m-2048.0 KiB\u001b[0m',
  'nixos-system-iplz: ε → 26.05',
  'python3: 3.13.1, 3.13.1-env → 3.13.2, 3.13.2-env, \u001b[31;1m+9.0 KiB\u001b[0m',
  'source: \u001b[31;1m+40.0 KiB\u001b[0m',
].join('\n');
const NEW = OLD.replace('+120.5 KiB', '120.5 KiB').replace('-2048.0 KiB', '-2.0 MiB');

test('reads what earlier versions print', () => {
  expect(parseDiffClosures(OLD)).toEqual([
    { name: 'acl', before: ['2.3.1'], after: ['2.3.2'] },
    { name: 'iplz', before: [], after: ['1.0'], size: '+120.5 KiB' },
    { name: 'nano', before: ['8.0'], after: [], size: '-2048.0 KiB' },
    { name: 'nixos-system-iplz', before: [''], after: ['26.05'] },
    { name: 'python3', before: ['3.13.1', '3.13.1-env'], after: ['3.13.2', '3.13.2-env'], size: '+9.0 KiB' },
    { name: 'source', before: [], after: [], size: '+40.0 KiB' },
  ]);
});

test('reads what later versions print', () => {
  const sizes = parseDiffClosures(NEW).map(({ size }) => size);
  expect(sizes).toEqual([undefined, '+120.5 KiB', '-2.0 MiB', undefined, '+9.0 KiB', '+40.0 KiB']);
});

test('two systems alike print nothing', () => {
  expect(parseDiffClosures('')).toEqual([]);
});

test.each(['error: something', 'acl', 'acl: ', 'acl: 1 KiB more'])('refuses %j', (line) => {
  expect(() => parseDiffClosures(line)).toThrow('a line of an unknown form');
});

test('distinguishes added, removed, changed and rebuilt, and says the size of all', () => {
  const lines = packagesSection(
    { packages: parseDiffClosures(OLD), bytesBefore: 200 * 2 ** 20, bytesAfter: 198.5 * 2 ** 20 },
    limits,
  );
  expect(lines).toEqual([
    '1 package added, 1 package removed, 3 packages of another version, 1 package of another size; the system closure goes from 200.0 MiB to 198.5 MiB (−1.5 MiB).',
    '',
    '|  | package | version | size |',
    '| --- | --- | --- | --- |',
    '| + added | `iplz` | `1.0` | +120.5 KiB |',
    '| − removed | `nano` | `8.0` | -2048.0 KiB |',
    '| ~ version | `acl` | `2.3.1` → `2.3.2` |  |',
    '| ~ version | `nixos-system-iplz` | no version → `26.05` |  |',
    '| ~ version | `python3` | `3.13.1`, `3.13.1-env` → `3.13.2`, `3.13.2-env` | +9.0 KiB |',
    '| ~ rebuilt | `source` |  | +40.0 KiB |',
  ]);
});
