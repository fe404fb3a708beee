import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'live-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Run nix/live.sh beside programs that note how they were called; `pending` hosts are yet to be made, cdktf ends with `ends`. */
function live(args: readonly string[], pending = '', env: Readonly<Record<string, string>> = {}, ends = 0) {
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  const program = (name: string, body: string) => {
    const text = `#!/bin/sh\necho "${name} $*" >>${calls}\n${body}\n`;
    writeFileSync(join(folder, name), text, { mode: 0o755 });
  };
  program('cdktf', `exit ${ends}`);
  program('leaked-imports', `echo "of $CDKTF_OUTPUT" >>${calls}`);
  program('pending-hosts', `printf '${pending}'`);
  const script = join(folder, 'live');
  writeFileSync(script, ['arguments', 'live'].map((name) => readFileSync(`nix/${name}.sh`, 'utf8')).join(''));
  const { status, stdout } = spawnSync('bash', ['-euo', 'pipefail', script, ...args], {
    env: { PATH: `${folder}:${process.env.PATH}`, ...env },
    encoding: 'utf8',
  });
  return { status, stdout, calls: readFileSync(calls, 'utf8').trim().split('\n') };
}

test.each([
  [['deploy', '--auto-approve'], ['cdktf deploy live deployment --auto-approve']],
  [['destroy'], ['cdktf destroy live deployment']],
  [['output', '--no-color'], ['cdktf output live --no-color']],
  [['deploy', 'live'], ['cdktf deploy live']],
  [['diff', 'deployment'], ['cdktf diff deployment']],
  [['destroy', '--auto-approve', 'deployment'], ['cdktf destroy --auto-approve deployment']],
  [['deploy', '--auto-approve', 'live'], ['cdktf deploy --auto-approve live']],
  [['destroy', '--parallelism', '1'], ['cdktf destroy live deployment --parallelism 1']],
  [['destroy', '-o', 'live', '--var=live'], ['cdktf destroy live deployment -o live --var=live']],
  [['--version'], ['cdktf --version']],
])('%p', (args, calls) => {
  expect(live(args)).toEqual({ status: 0, stdout: '', calls });
});

test('diff plans the hardware, and then the deployment', () => {
  expect(live(['diff', '--no-color']).calls).toEqual([
    'cdktf diff live --no-color',
    'pending-hosts cdktf.out/stacks/live',
    'cdktf diff deployment --no-color',
  ]);
});

test('diff before live has made its hosts says that their deployment follows, and does not fail', () => {
  const { status, stdout, calls } = live(['diff'], 'web\\ndb');
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: 'live: the deployment to web, db follows once live is deployed, and is planned then\n',
  });
  expect(calls).not.toContain('cdktf diff deployment');
});

test.each([
  [['diff', '--output', 'a/b'], {}],
  [['diff', '-o=a/b'], {}],
  [['diff'], { CDKTF_OUTPUT: 'a/b' }],
])('wherever the output is: %p %p', (args, env) => {
  expect(live(args, '', env).calls).toContain('pending-hosts a/b/stacks/live');
});

test.each([
  [['deploy'], 'cdktf deploy live deployment'],
  [['deploy', 'live', '--auto-approve'], 'cdktf deploy live --auto-approve'],
])('%p that fails names the imports that it left', (args, call) => {
  expect(live(args, '', {}, 7)).toMatchObject({
    status: 7,
    calls: [call, 'leaked-imports live', 'of cdktf.out'],
  });
});
