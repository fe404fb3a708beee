import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const CDKTF = resolve('node_modules/cdktf-cli/bundle/bin/cdktf');

/** Run cdktf as the wrapper does; at its end it prints which of the converter's files it has loaded. */
function cdktf(args: readonly string[], input = '') {
  const loaded = `process.on('exit', () => {
    const files = Object.keys(require.cache).filter((file) => /hcl2cdk.lib.index|typescript.lib/.test(file));
    console.log('loaded: ' + files.length);
  });
  process.argv.splice(1, 0, ${JSON.stringify(CDKTF)});
  require(${JSON.stringify(CDKTF)});`;
  const { status, stdout, stderr } = spawnSync(
    'node',
    ['--require', resolve('nix/load-later.cjs'), '--eval', loaded, '--', ...args],
    {
      encoding: 'utf8',
      input,
      env: { ...process.env, CHECKPOINT_DISABLE: '1', CDKTF_DISABLE_PLUGIN_CACHE_ENV: '1' },
    },
  );
  return { status, stdout, stderr };
}

test('a command that converts nothing leaves the converter out', () => {
  const { stdout } = cdktf(['output', '--skip-synth', '--output', '/nonexistent']);
  expect(stdout).toContain('loaded: 0');
});

test('a command that converts has all of it', () => {
  const { status, stdout } = cdktf(
    ['convert', '--language', 'typescript'],
    'output "b" {\n  value = "x"\n}\n',
  );
  expect(stdout).toContain('new TerraformOutput(this');
  expect(stdout).not.toContain('loaded: 0');
  expect(status).toBe(0);
});
