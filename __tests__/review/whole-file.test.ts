import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeWhole } from '../../review/whole-file';

jest.mock('node:fs', () => {
  const real = jest.requireActual<typeof fs>('node:fs');
  return { ...real, writeFileSync: jest.fn(real.writeFileSync), renameSync: jest.fn(real.renameSync) };
});

let folder: string;
let file: string;

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'iplz-whole-'));
  file = join(folder, 'review.md');
});

afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

test('makes a file, and leaves nothing beside it', () => {
  writeWhole(file, 'all');
  expect(fs.readFileSync(file, 'utf8')).toBe('all');
  expect(fs.readdirSync(folder)).toEqual(['review.md']);
});

/** As a disk does that is full. */
function fillDisk(): never {
  throw new Error('ENOSPC: no space left on device');
}

test('a disk that is full leaves what was there, and nothing beside it', () => {
  fs.writeFileSync(file, 'before');
  jest.mocked(fs.writeFileSync).mockImplementationOnce((to) => {
    if (typeof to === 'number') fs.writeSync(to, 'ha');
    fillDisk();
  });
  expect(() => {
    writeWhole(file, 'half of it');
  }).toThrow(`${file}: cannot be written: ENOSPC`);
  expect(fs.readFileSync(file, 'utf8')).toBe('before');
  expect(fs.readdirSync(folder)).toEqual(['review.md']);
});

test('it is the last step that puts it there', () => {
  jest.mocked(fs.renameSync).mockImplementationOnce(fillDisk);
  expect(() => {
    writeWhole(file, 'all');
  }).toThrow('ENOSPC');
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('a link is followed', () => {
  fs.writeFileSync(file, 'before');
  fs.symlinkSync(file, join(folder, 'link'));
  writeWhole(join(folder, 'link'), 'all');
  expect(fs.lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
  expect(fs.readFileSync(file, 'utf8')).toBe('all');
});

test('what is no file is written to, not replaced', () => {
  writeWhole('/dev/null', 'all');
  expect(fs.statSync('/dev/null').isCharacterDevice()).toBe(true);
});

test('says which file and why', () => {
  expect(() => {
    writeWhole(join(folder, 'absent', 'review.md'), 'all');
  }).toThrow(/absent\/review\.md: cannot be written: .*ENOENT/);
});
