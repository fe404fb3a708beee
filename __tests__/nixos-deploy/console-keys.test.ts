import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseConsole, readConsoleKeys } from '../../nixos-deploy/console-keys';
import { Deadline } from '../../nixos-deploy/deadline';
import { Output } from '../../nixos-deploy/display';
import { Failure } from '../../nixos-deploy/exit-status';

const BEGIN = '-----BEGIN SSH HOST KEY KEYS-----';
const END = '-----END SSH HOST KEY KEYS-----';
const ED25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH8f5q1B2gxdk9SCEtVOxd5HeEw6n0SGq0uWq0wqVd1k';
const RSA = 'ssh-rsa AAAAB3NzaC1yc2E=';

describe('a console', () => {
  const keysOf = (...lines: readonly string[]) => parseConsole(lines.join('\n'));

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

  test('is not misled by what others make the host log', () => {
    const log = `sshd[1]: Invalid user`;
    expect(keysOf(`${log} ${BEGIN}`, ED25519, `${log} ${END}`)).toEqual([]);
    expect(keysOf(BEGIN, `${log} ${ED25519}`, '[1.0] eth0: link up', END)).toEqual([]);
  });

  test.each([
    ['carriage returns', `${BEGIN}\r\n${ED25519} root@x\r\n${END}\r\n`],
    ['doubled carriage returns', `${BEGIN}\r\r\n${ED25519}\r\r\n${END}\r\r\n`],
    ['colours', `\u001b[0;32m${BEGIN}\u001b[0m\n\u001b[1m${ED25519}\u001b[0m x\n${END}\u001b[K\n`],
    ['a title of the terminal', `\u001b]0;title\u0007${BEGIN}\n${ED25519}\n${END}`],
    ['a login prompt that was left open', `nixos login: ${BEGIN}\n${ED25519}\nnixos login: ${END}\n`],
    ['a boot message that was left open', `[    3.2] random: crng${BEGIN}\n${ED25519}\n[ 3.3] x${END}`],
  ])('is read through %s', (_, text) => {
    expect(parseConsole(text)).toEqual([ED25519]);
  });
});

/** A text with this in it; typed, as `expect.stringContaining` is not. */
const including = (text: string): unknown => expect.stringContaining(text);

describe('reading it', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'console-keys-'));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(directory, { recursive: true });
  });

  const prints = (...lines: readonly string[]) =>
    `printf '%s\\r\\n' ${lines.map((line) => `'${line}'`).join(' ')}`;

  /** What an `aws` of this shell text, on its call number $call, makes of it. */
  async function read(aws: string, limit = 300) {
    const calls = join(directory, 'calls');
    writeFileSync(calls, '');
    if (aws !== '') {
      const program = join(directory, 'aws');
      writeFileSync(program, `#!/bin/sh\necho "$*" >>'${calls}'\ncall=$(wc -l <'${calls}')\n${aws}\n`);
      chmodSync(program, 0o755);
    }
    const said: string[] = [];
    const output = new Output();
    jest.spyOn(output, 'say').mockImplementation((text) => said.push(text));
    const before = process.env.PATH;
    const PATH = aws === '' ? '/nowhere' : `${directory}:${before}`;
    // The program is looked for in the caller's own environment, too.
    process.env.PATH = PATH;
    const where = { instance: 'i-1', host: '10.0.0.1', knownHostsFile: '/known', limit };
    const ended = await readConsoleKeys(
      where,
      { PATH, AWS_REGION: 'eu+1', AWS_DEFAULT_REGION: 'other' },
      output,
    )
      .catch((error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        return { status: error.status, text: [error.message, ...error.lines].join('\n') };
      })
      .finally(() => {
        process.env.PATH = before;
      });
    return { ended, said: said.join('\n'), calls: readFileSync(calls, 'utf8').trim().split('\n') };
  }

  test('waits until the keys are there', async () => {
    const { ended, said, calls } = await read(
      `[ $call -gt 1 ] || { echo None; exit; }; ${prints(BEGIN, ED25519, END)}`,
    );
    expect(ended).toEqual([ED25519]);
    expect(said).toContain('there is no host key on its console');
    expect(calls[0]).toBe('ec2 get-console-output --instance-id i-1 --latest --query Output --output text');
  });

  /** From here on time passes in pauses alone, that many milliseconds in each. Returns how long they should have been. */
  function pauses(passing: number): readonly number[] {
    const asked: number[] = [];
    let now = performance.now();
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    jest.spyOn(Deadline.prototype, 'pause').mockImplementation((milliseconds) => {
      asked.push(milliseconds);
      now += passing;
      return Promise.resolve();
    });
    return asked;
  }

  test('is done less and less often', async () => {
    const asked = pauses(0);
    await read(`[ $call -gt 5 ] || { echo None; exit; }; ${prints(BEGIN, ED25519, END)}`);
    expect(asked).toEqual([1000, 2000, 4000, 4000, 4000]);
  });

  test('ends with what to do when they never come', async () => {
    pauses(300_000);
    const { ended } = await read('echo None');
    expect(ended).toMatchObject({ status: 11 });
    expect(ended).toMatchObject({
      text: including('cannot be authenticated: nothing was sent'),
    });
    expect(ended).toMatchObject({
      text: including('there is no host key on its console after 300 s'),
    });
    expect(ended).toMatchObject({ text: including('HOST_KEY=first-use') });
  });

  test('ends in time when the call hangs', async () => {
    expect((await read('sleep 20', 1)).ended).toMatchObject({ status: 11 });
  });

  test('is refused at once without the permission', async () => {
    const { ended, calls } = await read('echo "(UnauthorizedOperation) not you" >&2; exit 254');
    expect(ended).toMatchObject({
      status: 11,
      text: including('(UnauthorizedOperation) not you'),
    });
    expect(calls).toHaveLength(1);
  });

  test('takes that of the last boot where an instance type has no newer', async () => {
    const { ended, calls } = await read(
      `case "$*" in *--latest*) echo UnsupportedOperation >&2; exit 254 ;; esac; ${prints(BEGIN, RSA, END)}`,
    );
    expect(ended).toEqual([RSA]);
    expect(calls).toHaveLength(2);
  });

  test('asks in the region that Terraform deploys to', async () => {
    const { ended } = await read(`printf '%s\\n' '${BEGIN}' "ssh-rsa $AWS_DEFAULT_REGION" '${END}'`);
    expect(ended).toEqual(['ssh-rsa eu+1']);
  });

  test('needs the AWS CLI', async () => {
    expect((await read('')).ended).toMatchObject({
      status: 11,
      text: including('there is no aws command'),
    });
  });
});
