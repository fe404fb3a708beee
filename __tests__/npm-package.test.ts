import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '..');
const TEMPLATE = join(PROJECT, 'template');

interface Manifest {
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
}
const manifest = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as Manifest;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'npm-package-'));
  const options = { cwd: PROJECT, encoding: 'utf8' } as const;
  const tarball = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], options).trim();
  const modules = join(folder, 'project/node_modules');
  mkdirSync(modules, { recursive: true });
  execFileSync('tar', ['--extract', '--file', join(folder, tarball), '--directory', modules]);
  execFileSync('mv', [join(modules, 'package'), join(modules, 'iplz-deploy')]);
  // The registry's packages are those of this project.
  for (const name of readdirSync(join(PROJECT, 'node_modules')).filter((one) => !one.startsWith('.')))
    symlinkSync(join(PROJECT, 'node_modules', name), join(modules, name));
  cpSync(TEMPLATE, join(folder, 'project'), { recursive: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The template's main.ts with its example, whose imports go to the top, in force. */
function withExample(): string {
  const lines = readFileSync(join(TEMPLATE, 'main.ts'), 'utf8').split('\n');
  const example = lines.slice(lines.findIndex((line) => line.trim() === '//') + 1);
  const code = example.map((line) => line.replace(/^ {2}\/\/ ?/, ''));
  const isImport = (line: string) => line.startsWith('import ');
  const head = lines.slice(0, lines.length - example.length);
  return [...code.filter(isImport), ...head, ...code.filter((line) => !isImport(line))].join('\n');
}

function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const cwd = join(folder, 'project');
  const { status, stdout, stderr } = spawnSync(join(cwd, 'node_modules/iplz-deploy', program), args, {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });
  return { status, output: stdout + stderr };
}

const LIVE = {
  NIX_SYSTEM: 'x86_64-linux',
  BOOTSTRAP_IMAGE_PATH: '/nix/store/image/bootstrap.vhd',
  SSH_CIDRS: '203.0.113.7/32',
};

test('has what git has of the files that package.json names, and npm adds nothing but these', () => {
  const tracked = execFileSync('git', ['ls-files', '--', ...manifest.files], {
    cwd: PROJECT,
    encoding: 'utf8',
  });
  const packed = readdirSync(join(folder, 'project/node_modules/iplz-deploy'), {
    recursive: true,
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).split('node_modules/iplz-deploy/')[1]);
  const added = ['LICENSE', 'README.md', 'package.json'];
  expect(packed.sort()).toEqual([...tracked.trim().split('\n'), ...added].sort());
});

test("the template's main.ts synthesizes in a folder that has nothing but the package", () => {
  const { status, output } = run('run.cjs', ['main.ts'], LIVE);
  expect({ status, output }).toMatchObject({ status: 0 });
  const json = readFileSync(join(folder, 'project/cdktf.out/stacks/live/cdk.tf.json'), 'utf8');
  expect(json).toContain('"name_prefix": "web-live-"');
});

test('its example is accepted by TypeScript, and makes what it says', () => {
  const file = join(folder, 'project/main.ts');
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, withExample());
  const { scripts } = JSON.parse(readFileSync(join(TEMPLATE, 'package.json'), 'utf8')) as {
    scripts: { check: string };
  };
  const check = spawnSync('sh', ['-c', `PATH=${join(PROJECT, 'node_modules/.bin')}:$PATH ${scripts.check}`], {
    cwd: join(folder, 'project'),
    encoding: 'utf8',
  });
  expect({ status: check.status, output: check.stdout }).toEqual({ status: 0, output: '' });
  expect(run('run.cjs', ['main.ts'], LIVE)).toMatchObject({ status: 0 });
  const json = readFileSync(join(folder, 'project/cdktf.out/stacks/live/cdk.tf.json'), 'utf8');
  for (const type of ['aws_route53_record', 'aws_iam_instance_profile', 'aws_iam_role_policy'])
    expect(json).toContain(`"${type}"`);
  writeFileSync(file, before);
});

describe('the template', () => {
  test('has at most eight files', () => {
    const files = execFileSync('git', ['ls-files', 'template'], { cwd: PROJECT, encoding: 'utf8' });
    expect(files.trim().split('\n')).toEqual(
      [
        'README.md',
        'authorized-keys',
        'cdktf.json',
        'flake.nix',
        'hosts/web.nix',
        'main.ts',
        'package-lock.json',
        'package.json',
      ].map((name) => `template/${name}`),
    );
  });

  test("its lock has this package's dependencies, in the same versions", () => {
    const packages = (file: string) =>
      (JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Manifest & { version: string }> })
        .packages;
    const lock = packages(join(TEMPLATE, 'package-lock.json'));
    expect(lock['node_modules/iplz-deploy']?.dependencies).toEqual(manifest.dependencies);
    for (const [name, version] of Object.entries(manifest.dependencies))
      expect(lock[`node_modules/${name}`]).toMatchObject({ version });
  });
});

test('nothing but the example and its tests is called iplz', () => {
  const { stdout } = spawnSync(
    'git',
    [
      'grep',
      '--ignore-case',
      '--line-number',
      'iplz',
      '--',
      'nix',
      'constructs',
      'stacks',
      'synth',
      'main.ts',
    ],
    { cwd: PROJECT, encoding: 'utf8' },
  );
  const lines = stdout.split('\n').filter((line) => /iplz/i.test(line.replaceAll('iplz-deploy', '')));
  expect(lines).toEqual(["main.ts:3:synthesize('iplz', (app, inputs) => {"]);
});
