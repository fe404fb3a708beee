import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deployment-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Run nix/deployment.sh beside a cdktf that fails with 7, and a build that only a signal ends. */
function deployment(args: readonly string[], cdktf = '') {
  const program = (name: string, body: string) => {
    writeFileSync(join(folder, name), `#!/bin/bash\n${body}\n`, { mode: 0o755 });
  };
  const [hosts, built, begun] = ['hosts.json', 'built', 'begun'].map((name) => join(folder, name));
  writeFileSync(`${hosts}`, '{"hosts":{"web":{"toplevel":"/nix/store/a","derivation":"/nix/store/b.drv"}}}');
  writeFileSync(`${built}`, '');
  spawnSync('mkfifo', [`${begun}`]);
  program('nix-store', `echo "$*" >${built}\necho >${begun}\nexec sleep 300`);
  program('cdktf', `echo "cdktf $*"\n${cdktf.replace('BEGUN', `${begun}`)}\nexit 7`);
  const { status, stdout, error } = spawnSync(
    'bash',
    ['-euo', 'pipefail', resolve('nix/deployment.sh'), ...args],
    {
      env: { PATH: `${folder}:${process.env.PATH}`, HOSTS_FILE: hosts },
      encoding: 'utf8',
      // Whoever has the last of these open is waited for: the build, if it went on.
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
      timeout: 240_000,
    },
  );
  if (error) throw error; // it had to be ended
  return { status, stdout, built: readFileSync(`${built}`, 'utf8').trim() };
}

test.each([
  [['deploy', '--auto-approve']],
  [['deploy', '--no-color', '--auto-approve', '--refresh-only']],
  [['apply', '--auto-approve']],
])('%p asks nothing: meanwhile the systems are built', (args) => {
  expect(deployment(args, 'read -r _ <BEGUN')).toEqual({
    status: 7,
    stdout: `cdktf ${args.join(' ')}\n`,
    built: '--realise --no-gc-warning /nix/store/b.drv',
  });
});

test.each([
  [['deploy']],
  [['deploy', '--auto-approve=false']],
  [['diff']],
  [['destroy', '--auto-approve']],
  [[]],
])('%p builds nothing', (args) => {
  expect(deployment(args)).toEqual({ status: 7, stdout: `cdktf ${args.join(' ')}\n`, built: '' });
});
