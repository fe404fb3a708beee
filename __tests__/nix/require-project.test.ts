import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'require-project-'));
  writeFileSync(join(project, 'cdktf.json'), '{}');
});
afterEach(() => {
  rmSync(project, { recursive: true });
});

const git = (...args: readonly string[]) =>
  execFileSync('git', ['-C', project, ...args], { encoding: 'utf8' })
    .trim()
    .split('\n');

/** What a wrapper does before it starts, as often as it is started. */
function enter() {
  const { status, stderr } = spawnSync('bash', ['-euo', 'pipefail', resolve('nix/require-project.sh')], {
    cwd: project,
    encoding: 'utf8',
  });
  return { status, stderr };
}

test('what a deployment writes, and what a build links, is not added to git', () => {
  git('init', '--quiet');
  expect([enter(), enter()]).toEqual([
    { status: 0, stderr: '' },
    { status: 0, stderr: '' },
  ]);
  for (const file of ['terraform.live.tfstate', 'terraform.live.tfstate.backup', 'known_hosts'])
    writeFileSync(join(project, file), '');
  for (const link of ['result', '.iplz-deploy']) symlinkSync('/nix/store', join(project, link));
  git('add', '--all');
  expect(git('ls-files')).toEqual(['cdktf.json']);
});

test('nor in a worktree, whose .git is a file', () => {
  const repository = join(project, 'repository');
  execFileSync('git', ['init', '--quiet', repository]);
  const commit = ['-c', 'user.name=x', '-c', 'user.email=x', 'commit', '--quiet', '--allow-empty', '-m', 'x'];
  execFileSync('git', ['-C', repository, ...commit]);
  const main = project;
  project = join(main, 'worktree');
  execFileSync('git', ['-C', repository, 'worktree', 'add', '--quiet', project]);
  writeFileSync(join(project, 'cdktf.json'), '{}');
  expect(enter()).toEqual({ status: 0, stderr: '' });
  writeFileSync(join(project, 'terraform.live.tfstate'), '');
  git('add', '--all');
  expect(git('ls-files')).toEqual(['cdktf.json']);
  project = main;
});

test('a project that says itself what git ignores is left alone', () => {
  git('init', '--quiet');
  writeFileSync(join(project, '.gitignore'), '');
  enter();
  writeFileSync(join(project, 'known_hosts'), '');
  git('add', '--all');
  expect(git('ls-files')).toEqual(['.gitignore', 'cdktf.json', 'known_hosts']);
});
