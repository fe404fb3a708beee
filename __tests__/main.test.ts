import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '..');
const IMMUTABLE = { IMAGE_PATH: '/nix/store/my "image"/größe.vhd', NIX_SYSTEM: 'x86_64-linux' };

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'iplz-synth-'));
});
afterEach(() => {
  rmSync(outdir, { recursive: true });
});

/** Run the `app` of cdktf.json as the CDKTF CLI does, with these variables and no others. */
function synth(env: Readonly<Record<string, string>>) {
  const { app } = JSON.parse(readFileSync(join(PROJECT, 'cdktf.json'), 'utf8')) as { app: string };
  const { PATH } = process.env;
  return spawnSync(app, {
    shell: true,
    cwd: PROJECT,
    env: { PATH, CDKTF_OUTDIR: outdir, ...env },
    encoding: 'utf8',
  });
}

function synthesized(stack: string): string {
  return readFileSync(join(outdir, 'stacks', stack, 'cdk.tf.json'), 'utf8');
}

test('makes the selected stack, and says which it skips', () => {
  const { status, stderr } = synth(IMMUTABLE);
  expect(status).toBe(0);
  expect(readdirSync(join(outdir, 'stacks'))).toEqual(['immutable']);
  expect(stderr).toBe(
    'stack live is skipped: set NIX_SYSTEM, SSH_CIDRS, and BOOTSTRAP_IMAGE_PATH or BOOTSTRAP_AMI to make it\n' +
      'stack deployment is skipped: set LIVE_CONFIG_PATH to make it\n',
  );
});

test('spaces, quotes and letters beyond ASCII come out literally', () => {
  synth(IMMUTABLE);
  expect(JSON.parse(synthesized('immutable'))).toMatchObject({
    resource: { aws_s3_object: { image_snapshot_object_99A3C164: { source: IMMUTABLE.IMAGE_PATH } } },
  });
});

test('makes all stacks, each with a state of its own and no path of this machine', () => {
  const { status } = synth({
    ...IMMUTABLE,
    BOOTSTRAP_IMAGE_PATH: '/nix/store/bootstrap/bootstrap.vhd',
    LIVE_CONFIG_PATH: '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-live',
    SSH_CIDRS: '203.0.113.7/32',
  });
  expect(status).toBe(0);
  const { stacks } = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8')) as {
    stacks: Record<string, { dependencies: string[] }>;
  };
  expect(stacks.deployment?.dependencies).toEqual(['live']);
  for (const stack of ['immutable', 'live', 'deployment']) {
    expect(JSON.parse(synthesized(stack))).toMatchObject({
      terraform: { backend: { local: { path: `../../../terraform.${stack}.tfstate` } } },
    });
    expect(synthesized(stack)).not.toContain(PROJECT);
    expect(synthesized(stack)).not.toContain(outdir);
  }
});

test.each([
  ['no variable', {}, 'No stack is selected.'],
  ['a template', { ...IMMUTABLE, IMAGE_PATH: '/${path.module}/a.vhd' }, '"/${path.module}/a.vhd"'],
  ['a line break', { ...IMMUTABLE, IMAGE_PATH: '/a\n/b.vhd' }, '"/a\\n/b.vhd"'],
  ['a wrong system', { ...IMMUTABLE, NIX_SYSTEM: 'riscv64-linux' }, 'x86_64-linux or aarch64-linux'],
])('%s: status 1, the reason, no stack trace, nothing synthesized', (_, env, reason) => {
  const { status, stdout, stderr } = synth(env);
  expect(status).toBe(1);
  expect(stderr).toContain(reason);
  expect(stdout + stderr).not.toMatch(/^ +at /m);
  expect(readdirSync(outdir)).toEqual([]);
});

describe('under cdktf', () => {
  const { app } = JSON.parse(readFileSync(join(PROJECT, 'cdktf.json'), 'utf8')) as { app: string };
  let below: string;
  beforeEach(() => {
    mkdirSync(join(PROJECT, 'cdktf.out'), { recursive: true });
    below = mkdtempSync(join(PROJECT, 'cdktf.out/test-'));
  });
  afterEach(() => {
    rmSync(below, { recursive: true });
  });

  /** Run the app by a shell of this process, or of another one. */
  function run(script: string, env: Readonly<Record<string, string>> = IMMUTABLE) {
    const set = { PATH: process.env.PATH, CDKTF_CONTEXT_JSON: '{}', CDKTF_OUTDIR: below, ...env };
    return spawnSync('sh', ['-c', script], { cwd: PROJECT, env: set, encoding: 'utf8' });
  }

  test('the state stays at the project, wherever the output is', () => {
    expect(run(app)).toMatchObject({ status: 0 });
    expect(JSON.parse(readFileSync(join(below, 'stacks/immutable/cdk.tf.json'), 'utf8'))).toMatchObject({
      terraform: { backend: { local: { path: '../../../../terraform.immutable.tfstate' } } },
    });
  });

  test('two of it in one output: the second is refused', () => {
    expect(run(app)).toMatchObject({ status: 0 }); // for this process, which goes on
    const { status, stderr } = run(`(${app}); exit $?`); // for the shell
    expect(status).toBe(1);
    expect(stderr).toContain(`process ${process.pid}, which has not ended yet`);
  });
});
