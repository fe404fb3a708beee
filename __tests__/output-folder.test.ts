import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { makeOutputFolder } from '../output-folder';

let project: string;
let outside: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'iplz-project-'));
  outside = mkdtempSync(join(tmpdir(), 'iplz-outside-'));
});

afterEach(() => {
  rmSync(project, { recursive: true });
  rmSync(outside, { recursive: true });
});

/** What synth is given when cdktf runs it. */
const byCdktf = (path: string) => ({ CDKTF_OUTDIR: path, CDKTF_CONTEXT_JSON: '{}' });

test.each([
  ['cdktf.out', '../../..'],
  ['a/b/out', '../../../../..'],
])('from %s, the project is at %s', (path, projectPath) => {
  const folder = join(project, path);
  expect(makeOutputFolder(byCdktf(folder), project)).toEqual({ path: folder, projectPath });
});

test('a link within the project is followed', () => {
  mkdirSync(join(project, 'a/b'), { recursive: true });
  symlinkSync('a/b', join(project, 'link'));
  const { projectPath } = makeOutputFolder(byCdktf(join(project, 'link/out')), project);
  expect(projectPath).toBe('../../../../..');
});

test.each(['elsewhere', 'a link to elsewhere', 'the project itself'])('cdktf is refused %s', (where) => {
  const link = join(project, 'link');
  symlinkSync(outside, link);
  const path = where === 'elsewhere' ? outside : where === 'the project itself' ? project : join(link, 'out');
  expect(() => makeOutputFolder(byCdktf(path), project)).toThrow('The output must be below the project');
});

test('a synth by hand may write anywhere, and names no path of this machine', () => {
  expect(makeOutputFolder({ CDKTF_OUTDIR: outside }, project).projectPath).toBe('../../..');
});
