import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeWhole } from '../../files/whole-files';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iplz-whole-'));
  mkdirSync(join(folder, 'stacks/live/.terraform'), { recursive: true });
  writeFileSync(join(folder, 'stacks/live/cdk.tf.json'), 'old');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const synthesized = () => readFileSync(join(folder, 'stacks/live/cdk.tf.json'), 'utf8');

function write(draft: string): void {
  mkdirSync(join(draft, 'stacks/live'), { recursive: true });
  writeFileSync(join(draft, 'stacks/live/cdk.tf.json'), 'new');
  writeFileSync(join(draft, 'manifest.json'), '{}');
}

test('replaces the files that are written and leaves the others', () => {
  writeWhole(folder, write);
  expect(synthesized()).toBe('new');
  expect(readdirSync(folder).toSorted()).toEqual(['manifest.json', 'stacks']);
  expect(readdirSync(join(folder, 'stacks/live')).toSorted()).toEqual(['.terraform', 'cdk.tf.json']);
});

test('a writer that fails has changed nothing', () => {
  expect(() => {
    writeWhole(folder, (draft) => {
      write(draft);
      throw new Error('ENOSPC');
    });
  }).toThrow('ENOSPC');
  expect(synthesized()).toBe('old');
  expect(readdirSync(folder)).toEqual(['stacks']);
});

test('neither has one whose files find no place', () => {
  mkdirSync(join(folder, 'manifest.json.new'));
  expect(() => {
    writeWhole(folder, write);
  }).toThrow();
  expect(synthesized()).toBe('old');
  expect(readdirSync(join(folder, 'stacks/live')).toSorted()).toEqual(['.terraform', 'cdk.tf.json']);
});
