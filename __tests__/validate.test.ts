import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { App } from 'cdktf';

import { AttachedProvider } from '../rehearsal/attached-provider';
import { TERRAFORM_PROGRAM } from '../rehearsal/terraform-program';
import { StrangersStack } from './constructs/strangers-stack';

const PROJECT = resolve(__dirname, '..');
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'iplz-deploy');

let provider: AttachedProvider | undefined;
beforeAll(async () => {
  provider = await AttachedProvider.start(join(CACHE, 'providers'), { PATH: process.env.PATH });
});
afterAll(() => provider?.stop());

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'iplz-validate-'));
});
afterEach(() => {
  rmSync(outdir, { recursive: true });
});

/** What Terraform and the providers say of a stack. */
function validate(stack: string): unknown {
  const cwd = join(outdir, 'stacks', stack);
  const env = {
    PATH: process.env.PATH,
    HOME: outdir,
    TF_CLI_CONFIG_FILE: join(CACHE, 'terraform.rc'),
    ...(provider && { TF_REATTACH_PROVIDERS: provider.variable }),
  };
  execFileSync(TERRAFORM_PROGRAM, ['init', '-input=false', '-backend=false'], { cwd, env });
  const { stdout } = spawnSync(TERRAFORM_PROGRAM, ['validate', '-json'], { cwd, env, encoding: 'utf8' });
  return JSON.parse(stdout);
}

const VALID = { valid: true, diagnostics: [] };

test('the real providers accept every stack', () => {
  const env = {
    PATH: process.env.PATH,
    HOME: outdir,
    CDKTF_OUTDIR: outdir,
    NIX_SYSTEM: 'aarch64-linux',
    IMAGE_PATH: '/nix/store/image/iplz.vhd',
    BOOTSTRAP_IMAGE_PATH: '/nix/store/image/bootstrap.vhd',
    LIVE_CONFIG_PATH: '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-live',
    SSH_CIDRS: '203.0.113.7/32',
  };
  execFileSync('node', ['run.cjs', 'main.ts'], { cwd: PROJECT, env });
  for (const stack of ['immutable', 'live', 'deployment']) expect(validate(stack)).toMatchObject(VALID);
});

test('they accept the constructs with values that are known at apply alone', () => {
  const app = new App({ outdir });
  new StrangersStack(app, 'strangers');
  app.synth();
  expect(validate('strangers')).toMatchObject(VALID);
});
