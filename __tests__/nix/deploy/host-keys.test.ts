import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SOURCE, withParts } from './run-deploy';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'host-keys-'));
  // The run's own copy is known_hosts in its folder.
  file = join(directory, 'project-keys');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const setUp = `
  work=$1 KNOWN_HOSTS_FILE=$2 TARGET_HOST=$3 INSTANCE_ID=$4 HOST_KEY=first-use SSH_PORT=\${6:-22}
  prepare_host_keys`;

/** One deployment's dealings with the file; `learnt` is the line that ssh adds, if any. */
function deploy(host: string, instance: string, learnt = '', port = '22') {
  const text = `${setUp}
    echo "policy=$host_key_policy"
    cat "$work/known_hosts"
    [ -z "$5" ] || printf '%s\\n' "$5" >>"$work/known_hosts"
    record_host_keys`;
  const { status, stdout, stderr } = withParts(
    ['report', 'host-keys'],
    text,
    ...[directory, file, host, instance, learnt, port],
  );
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  return { policy: /policy=(.*)/.exec(stdout)?.[1], offered: stdout.split('\n').slice(1).join('\n').trim() };
}

const recorded = () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);

test('a first key is recorded, with the machine that it belongs to', () => {
  expect(deploy('10.0.0.1', 'i-1', '10.0.0.1 ssh-ed25519 AAAA')).toEqual({
    policy: 'accept-new',
    offered: '',
  });
  expect(recorded()).toEqual(['10.0.0.1 ssh-ed25519 AAAA instance=i-1']);
});

test('a recorded key has to match from then on, with the same instance id or with none', () => {
  writeFileSync(file, '10.0.0.1 ssh-ed25519 AAAA instance=i-1\n');
  for (const instance of ['i-1', '']) {
    expect(deploy('10.0.0.1', instance)).toEqual({
      policy: 'yes',
      offered: '10.0.0.1 ssh-ed25519 AAAA instance=i-1',
    });
  }
  expect(recorded()).toEqual(['10.0.0.1 ssh-ed25519 AAAA instance=i-1']);
});

test('a key without a machine has to match, and gets its machine', () => {
  writeFileSync(file, '10.0.0.1 ssh-ed25519 AAAA');
  expect(deploy('10.0.0.1', 'i-1').policy).toBe('yes');
  expect(recorded()).toEqual(['10.0.0.1 ssh-ed25519 AAAA instance=i-1']);
});

test('a new machine drops the key of the old one, once its own is known, and no other line', () => {
  const others = [
    '# kept',
    '10.0.0.2 ssh-ed25519 BBBB instance=i-9',
    '[10.0.0.1]:2222 ssh-ed25519 CCCC instance=i-8',
  ];
  writeFileSync(file, ['10.0.0.1 ssh-ed25519 AAAA instance=i-1', ...others, ''].join('\n'));
  expect(deploy('10.0.0.1', 'i-2').policy).toBe('accept-new');
  expect(recorded()).toContain('10.0.0.1 ssh-ed25519 AAAA instance=i-1');
  deploy('10.0.0.1', 'i-2', '10.0.0.1 ssh-ed25519 DDDD');
  expect(recorded()).toEqual([...others, '10.0.0.1 ssh-ed25519 DDDD instance=i-2']);
});

test('where keys are authenticated, one without a machine is not trusted, and goes', () => {
  writeFileSync(file, '10.0.0.1 ssh-ed25519 AAAA\n10.0.0.2 ssh-ed25519 BBBB\n');
  const text = `${setUp.replace('first-use', 'console')}
    echo "policy=$host_key_policy"
    cat "$work/known_hosts"
    record_host_keys`;
  const console = `read_console_keys() { console_keys=('ssh-ed25519 CCCC' 'ssh-rsa DDDD'); }\n`;
  const { stdout } = withParts(
    ['report', 'host-keys'],
    console + text,
    ...[directory, file, '10.0.0.1', 'i-1', '', '22'],
  );
  const keys = ['10.0.0.2 ssh-ed25519 BBBB', '10.0.0.1 ssh-ed25519 CCCC', '10.0.0.1 ssh-rsa DDDD'];
  expect(stdout.trim().split('\n')).toEqual(['policy=yes', ...keys]);
  expect(recorded()).toEqual([keys[0], `${keys[1]} instance=i-1`, `${keys[2]} instance=i-1`]);
});

test('another port is another name', () => {
  writeFileSync(file, '10.0.0.1 ssh-ed25519 AAAA instance=i-1\n');
  expect(deploy('10.0.0.1', 'i-1', '[10.0.0.1]:2222 ssh-ed25519 BBBB', '2222').policy).toBe('accept-new');
  expect(recorded()).toHaveLength(2);
});

test('deployments to many hosts at once lose no key', async () => {
  const text = `. '${SOURCE}/report.sh'; . '${SOURCE}/host-keys.sh'; mkdir -p "$1"; ${setUp}
    echo "$5" >>"$work/known_hosts"; record_host_keys`;
  const numbers = Array.from({ length: 12 }, (_, number) => number);
  await Promise.all(
    numbers.map(async (number) => {
      const host = `10.0.1.${number}`;
      const args = [join(directory, host), file, host, `i-${number}`, `${host} ssh-ed25519 A${number}`];
      const child = spawn('bash', ['-euo', 'pipefail', '-c', text, 'bash', ...args], { stdio: 'ignore' });
      const status = await new Promise((resolve) => child.on('close', resolve));
      expect(status).toBe(0);
    }),
  );
  expect(recorded().sort()).toEqual(
    numbers.map((number) => `10.0.1.${number} ssh-ed25519 A${number} instance=i-${number}`).sort(),
  );
});
