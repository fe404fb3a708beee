import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { makeOutputFolder } from '../../synth/output-folder';

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

test.each(['elsewhere', 'a link to elsewhere', 'the project itself'])(
  'from %s, cdktf finds the project',
  (where) => {
    const link = join(project, 'link');
    symlinkSync(outside, link);
    const path =
      where === 'elsewhere' ? outside : where === 'the project itself' ? project : join(link, 'out');
    const { projectPath } = makeOutputFolder(byCdktf(path), project);
    mkdirSync(join(path, 'stacks/live'));
    expect(realpathSync(join(realpathSync(join(path, 'stacks/live')), projectPath))).toBe(
      realpathSync(project),
    );
  },
);

test('a way back that Terraform would read a template in is refused', () => {
  const odd = join(project, '${x}');
  mkdirSync(odd);
  expect(() => makeOutputFolder(byCdktf(outside), odd)).toThrow('a folder below the project');
  expect(makeOutputFolder(byCdktf(join(odd, 'cdktf.out')), odd).projectPath).toBe('../../..');
});

test('a synth by hand may write anywhere, and names no path of this machine', () => {
  expect(makeOutputFolder({ CDKTF_OUTDIR: outside }, project).projectPath).toBe('../../..');
});
