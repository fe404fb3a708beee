import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { withParts } from './run-deploy';

const BEGIN = '-----BEGIN SSH HOST KEY KEYS-----';
const END = '-----END SSH HOST KEY KEYS-----';
const ED25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH8f5q1B2gxdk9SCEtVOxd5HeEw6n0SGq0uWq0wqVd1k';
const RSA = 'ssh-rsa AAAAB3NzaC1yc2E=';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'console-keys-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function keysOf(...console: readonly string[]): readonly string[] {
  const text = `parse_console "$1"; printf '%s\\n' "\${console_keys[@]}"`;
  return withParts(['console-keys'], text, console.join('\n'))
    .stdout.split('\n')
    .filter((key) => key !== '');
}

/** What an `aws` of this shell text, on its call number $call, makes of it. */
function read(aws: string, limit = 5) {
  const program = join(directory, 'aws');
  const calls = join(directory, 'calls');
  writeFileSync(program, `#!/usr/bin/env bash\necho "$*" >>'${calls}'\ncall=$(wc -l <'${calls}')\n${aws}\n`);
  chmodSync(program, 0o755);
  const text = `AWS_REGION=eu+1 AWS_DEFAULT_REGION=other PATH=$1:$PATH work=$1 CONNECT_TIMEOUT=$2 INSTANCE_ID=i-1 host_name=10.0.0.1 KNOWN_HOSTS_FILE=/known
    read_console_keys; printf '%s\\n' "\${console_keys[@]}"`;
  const ended = withParts(['report', 'console-keys'], text, directory, String(limit));
  return { ...ended, calls: readFileSync(calls, 'utf8').trim().split('\n') };
}

const prints = (...lines: readonly string[]) =>
  `printf '%s\\r\\n' ${lines.map((line) => `'${line}'`).join(' ')}`;

describe('a console', () => {
  test('gives every key of its block, without comments', () => {
    expect(keysOf('booting', BEGIN, `${ED25519} root@nixos`, RSA, END, 'login:')).toEqual([ED25519, RSA]);
  });

  test('of several boots gives the last whole block', () => {
    expect(keysOf(BEGIN, RSA, END, BEGIN, ED25519, END, BEGIN, RSA)).toEqual([ED25519]);
  });

  test('gives nothing before the block is whole', () => {
    expect(keysOf('booting', BEGIN, ED25519)).toEqual([]);
    expect(keysOf('')).toEqual([]);
  });

  test('is not misled by what others make the machine log', () => {
    const log = `sshd[1]: Invalid user`;
    expect(keysOf(`${log} ${BEGIN}`, ED25519, `${log} ${END}`)).toEqual([]);
    expect(keysOf(BEGIN, `${log} ${ED25519}`, '[1.0] eth0: link up', END)).toEqual([]);
  });
});

describe('reading it', () => {
  test('waits until the keys are there', () => {
    const { status, stdout, stderr, calls } = read(
      `[ $call -gt 1 ] || { echo None; exit; }; ${prints(BEGIN, ED25519, END)}`,
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${ED25519}\n` });
    expect(stderr).toContain('there is no host key on its console');
    expect(calls[0]).toBe('ec2 get-console-output --instance-id i-1 --latest --query Output --output text');
  });

  test('ends with what to do when they never come', () => {
    const { status, stderr } = read('echo None', 2);
    expect(status).toBe(11);
    expect(stderr).toContain('cannot be authenticated: nothing was sent');
    expect(stderr).toContain('there is no host key on its console after 2 s');
    expect(stderr).toContain('HOST_KEY=first-use');
  });

  test('ends in time when the call hangs', () => {
    expect(read('sleep 20', 2).status).toBe(11);
  });

  test('is refused at once without the permission', () => {
    const { status, stderr, calls } = read('echo "(UnauthorizedOperation) not you" >&2; exit 254');
    expect(status).toBe(11);
    expect(calls).toHaveLength(1);
    expect(stderr).toContain('(UnauthorizedOperation) not you');
    expect(stderr).toContain('ec2:GetConsoleOutput');
  });

  test('takes that of the last boot where an instance type has no newer', () => {
    const { stdout, calls } = read(
      `case "$*" in *--latest*) echo UnsupportedOperation >&2; exit 254 ;; esac; ${prints(BEGIN, RSA, END)}`,
    );
    expect(stdout).toBe(`${RSA}\n`);
    expect(calls).toHaveLength(2);
  });

  test('asks in the region that Terraform deploys to', () => {
    const { stdout } = read(`printf '%s\\n' '${BEGIN}' "ssh-rsa $AWS_DEFAULT_REGION" '${END}'`);
    expect(stdout).toBe('ssh-rsa eu+1\n');
  });

  test('needs the AWS CLI', () => {
    const text = `host_name=x INSTANCE_ID=i-1 KNOWN_HOSTS_FILE=/known PATH=/nowhere; read_console_keys`;
    const { status, stderr } = withParts(['report', 'console-keys'], text);
    expect(status).toBe(11);
    expect(stderr).toContain('there is no aws command');
  });
});
