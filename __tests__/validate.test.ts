import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '..');
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'iplz-deploy');
const TERRAFORM = spawnSync('terraform', ['version']).error ? 'tofu' : 'terraform';

test('the real providers accept every stack', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'iplz-validate-'));
  try {
    const env = {
      PATH: process.env.PATH,
      HOME: outdir,
      CDKTF_OUTDIR: outdir,
      TF_CLI_CONFIG_FILE: join(CACHE, 'terraform.rc'),
      NIX_SYSTEM: 'aarch64-linux',
      IPLZ_IMAGE_PATH: '/nix/store/image/iplz.vhd',
      BOOTSTRAP_IMAGE_PATH: '/nix/store/image/bootstrap.vhd',
      LIVE_CONFIG_PATH: '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-live',
      SSH_CIDRS: '203.0.113.7/32',
    };
    execFileSync('node', ['run.cjs', 'main.ts'], { cwd: PROJECT, env });
    for (const stack of ['immutable', 'live', 'deployment']) {
      const cwd = join(outdir, 'stacks', stack);
      execFileSync(TERRAFORM, ['init', '-input=false', '-backend=false'], { cwd, env });
      const { stdout } = spawnSync(TERRAFORM, ['validate', '-json'], { cwd, env, encoding: 'utf8' });
      expect(JSON.parse(stdout)).toMatchObject({ valid: true, diagnostics: [] });
    }
  } finally {
    rmSync(outdir, { recursive: true });
  }
});
