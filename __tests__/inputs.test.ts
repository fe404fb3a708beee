import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HOST_BY_HAND } from '../inputs/hosts-by-hand';
import { readInputs as readInputsOf } from '../inputs';
import type { Environment } from '../inputs/environment';
import { InputsError } from '../inputs/problems';

const HOST = { ...HOST_BY_HAND, name: 'web' };
const TOPLEVEL = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-live-26.05';
const IMMUTABLE = { IMAGE_PATH: '/nix/store/image/iplz.vhd', NIX_SYSTEM: 'x86_64-linux' };
const LIVE = {
  BOOTSTRAP_IMAGE_PATH: '/nix/store/image/bootstrap.vhd',
  NIX_SYSTEM: 'aarch64-linux',
  SSH_CIDRS: '203.0.113.7/32',
};
const DEPLOYMENT = { LIVE_CONFIG_PATH: TOPLEVEL };

const readInputs = (env: Environment) => readInputsOf(env, 'web');

/** The message for an environment that must be refused. */
function refusal(env: Record<string, string>): string {
  try {
    readInputs(env);
  } catch (error) {
    if (error instanceof InputsError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a whole environment', () => {
  test('immutable', () => {
    expect(readInputs(IMMUTABLE)).toEqual({
      immutable: {
        project: 'web',
        host: { ...HOST, system: 'x86_64-linux', imagePath: '/nix/store/image/iplz.vhd' },
      },
      skipped: [
        'stack live is skipped: set NIX_SYSTEM, SSH_CIDRS, and BOOTSTRAP_IMAGE_PATH or BOOTSTRAP_AMI to make it',
        'stack deployment is skipped: set LIVE_CONFIG_PATH to make it',
      ],
    });
  });

  test('a variable under its former name', () => {
    const { IMAGE_PATH, ...rest } = IMMUTABLE;
    const expected = readInputs(IMMUTABLE);
    expect(readInputs({ ...rest, IPLZ_IMAGE_PATH: IMAGE_PATH })).toEqual(expected);
    expect(readInputs({ ...IMMUTABLE, IPLZ_IMAGE_PATH: IMAGE_PATH })).toEqual(expected);
  });

  test('live', () => {
    expect(readInputs(LIVE)).toEqual({
      live: {
        system: 'aarch64-linux',
        bootstrap: { imagePath: '/nix/store/image/bootstrap.vhd' },
        project: 'web',
        hosts: [{ ...HOST, rootVolumeGib: 20 }],
        sshCidrs: ['203.0.113.7/32'],
      },
      skipped: [
        'stack immutable is skipped: set IMAGE_PATH to make it',
        'stack deployment is skipped: set LIVE_CONFIG_PATH to make it',
      ],
    });
  });

  test('deployment needs the path of a system, and nothing of the hardware', () => {
    const { live, deployment } = readInputs(DEPLOYMENT);
    expect({ live, deployment }).toEqual({
      deployment: { project: 'web', hosts: [{ ...HOST, rootVolumeGib: 20, toplevel: TOPLEVEL, wave: 0 }] },
    });
  });

  test('all, none skipped', () => {
    expect(readInputs({ ...LIVE, ...IMMUTABLE, ...DEPLOYMENT }).skipped).toEqual([]);
  });

  test('STATE_BUCKET alone asks for the stack that makes the bucket', () => {
    const { state, immutable, live } = readInputs({ STATE_BUCKET: 'iplz-state-acme' });
    expect({ state, immutable, live }).toEqual({ state: { project: 'web', bucket: 'iplz-state-acme' } });
  });

  test('STATE_BUCKET beside a stack says where it keeps its state', () => {
    const { state, immutable } = readInputs({ ...IMMUTABLE, STATE_BUCKET: 'iplz-state-acme' });
    expect({ state, immutable }).toMatchObject({ immutable: { stateBucket: 'iplz-state-acme' } });
    expect(state).toBeUndefined();
  });

  test('several networks, of both families', () => {
    const { live } = readInputs({ ...LIVE, SSH_CIDRS: '203.0.113.0/24, 2001:db8::/32,10.0.0.0/8' });
    expect(live?.sshCidrs).toEqual(['203.0.113.0/24', '2001:db8::/32', '10.0.0.0/8']);
  });

  test('everybody, who is named by a word of its own', () => {
    expect(readInputs({ ...LIVE, SSH_CIDRS: 'world' }).live?.sshCidrs).toEqual(['0.0.0.0/0', '::/0']);
  });

  test.each([
    ['spaces', '/nix/store/my image/a b.vhd'],
    ['quotes', `/nix/store/"double" and 'single'.vhd`],
    ['letters beyond ASCII', '/nix/store/größe/イメージ.vhd'],
    ['a lone dollar, percent and backslash', '/nix/store/$HOME/100%/a\\n.vhd'],
  ])('an image path with %s', (_, imagePath) => {
    expect(readInputs({ ...IMMUTABLE, IMAGE_PATH: imagePath }).immutable?.host.imagePath).toBe(imagePath);
  });

  test('cannot be changed', () => {
    const { immutable } = readInputs(IMMUTABLE);
    expect(Object.isFrozen(immutable)).toBe(true);
  });
});

describe('an image path', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'iplz-inputs-'));
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  test('may be a file', () => {
    const file = join(directory, 'file.vhd');
    writeFileSync(file, '');
    expect(readInputs({ ...IMMUTABLE, IMAGE_PATH: file }).immutable?.host.imagePath).toBe(file);
  });

  test.each([
    ['IMAGE_PATH', IMMUTABLE, 'aarch64-linux', 'x86_64-linux'],
    ['BOOTSTRAP_IMAGE_PATH', LIVE, 'x86_64-linux', 'aarch64-linux'],
  ])('%s may not be of another platform', (variable, env, platform, expected) => {
    const built = join(directory, platform);
    mkdirSync(join(built, 'nix-support'), { recursive: true });
    writeFileSync(join(built, 'nix-support/image-info.json'), JSON.stringify({ system: platform }));
    expect(refusal({ ...env, [variable]: join(built, 'image.vhd') })).toContain(
      `${variable}\n  got       an image for "${platform}"\n  expected  an image for ${expected}, as NIX_SYSTEM says\n`,
    );
    expect(() =>
      readInputs({ ...env, NIX_SYSTEM: platform, [variable]: join(built, 'image.vhd') }),
    ).not.toThrow();
  });

  test('may not be a directory', () => {
    const folder = join(directory, 'folder.vhd');
    mkdirSync(folder);
    expect(refusal({ ...IMMUTABLE, IMAGE_PATH: folder })).toContain('a regular file, if it exists yet');
  });
});

describe('a value that is refused is shown, with what is expected', () => {
  const image = 'the absolute path of a disk image that ends in .vhd (a regular file, if it exists yet)';
  const systems = 'x86_64-linux or aarch64-linux';
  const toplevel = 'the store path of a system, /nix/store/<32 characters>-<name>';
  const bucket =
    'the name of an S3 bucket: 3 to 63 lower-case letters, digits, hyphens and dots, as S3 allows';
  const networks =
    'networks in CIDR notation, comma-separated, such as 203.0.113.7/32 or 2001:db8::/48, none wider than /8 or, of IPv6, /16; or the one word world';

  test.each([
    ['IMAGE_PATH', '', '""', image],
    ['IMAGE_PATH', 'result/iplz.vhd', '"result/iplz.vhd"', image],
    ['IMAGE_PATH', '/nix/store/iplz.img', '"/nix/store/iplz.img"', image],
    ['IMAGE_PATH', '/nix/store/.vhd', '"/nix/store/.vhd"', image],
    ['IMAGE_PATH', '/a/${x}.vhd', '"/a/${x}.vhd"', image],
    ['IMAGE_PATH', '/a/%{x}.vhd', '"/a/%{x}.vhd"', image],
    ['IMAGE_PATH', '/a/TfToken.vhd', '"/a/TfToken.vhd"', image],
    ['IMAGE_PATH', '/a/b\nc.vhd', '"/a/b\\nc.vhd"', image],
    ['IMAGE_PATH', '/a/\u001b[2J\u202e.vhd', '"/a/\\u001b[2J\\u202e.vhd"', image],
    ['NIX_SYSTEM', 'x86_64-darwin', '"x86_64-darwin"', systems],
    ['NIX_SYSTEM', '', '""', systems],
    ['BOOTSTRAP_IMAGE_PATH', 'bootstrap.vhd', '"bootstrap.vhd"', image],
    ['LIVE_CONFIG_PATH', '/nix/store/short-live', '"/nix/store/short-live"', toplevel],
    ['LIVE_CONFIG_PATH', `${TOPLEVEL}/bin`, `"${TOPLEVEL}/bin"`, toplevel],
    ['STATE_BUCKET', '', '""', bucket],
    ['STATE_BUCKET', 'Upper', '"Upper"', bucket],
    ['STATE_BUCKET', 'ab', '"ab"', bucket],
    ['STATE_BUCKET', '192.168.0.1', '"192.168.0.1"', bucket],
    ['STATE_BUCKET', 'a..b', '"a..b"', bucket],
    ['STATE_BUCKET', 'xn--a', '"xn--a"', bucket],
    ['STATE_BUCKET', 'a-s3alias', '"a-s3alias"', bucket],
    ['SSH_CIDRS', '203.0.113.7', '"203.0.113.7"', networks],
    ['SSH_CIDRS', '203.0.113.7/24', '"203.0.113.7/24"', networks],
    ['SSH_CIDRS', '203.0.113.7/33', '"203.0.113.7/33"', networks],
    ['SSH_CIDRS', '2001:db8::1/32', '"2001:db8::1/32"', networks],
    ['SSH_CIDRS', '203.0.113.7/32,', '"203.0.113.7/32,"', networks],
    ['SSH_CIDRS', '0.0.0.0/0', '"0.0.0.0/0"', networks],
    ['SSH_CIDRS', '203.0.113.7/32,::/0', '"203.0.113.7/32,::/0"', networks],
    ['SSH_CIDRS', '0.0.0.0/1,128.0.0.0/1', '"0.0.0.0/1,128.0.0.0/1"', networks],
    ['SSH_CIDRS', '203.0.113.7/32,world', '"203.0.113.7/32,world"', networks],
  ])('%s=%j', (variable, value, shown, expected) => {
    const message = refusal({ ...LIVE, ...DEPLOYMENT, ...IMMUTABLE, [variable]: value });
    expect(message).toContain('The environment has 1 problem:');
    expect(message).toContain(`${variable}\n  got       ${shown}\n  expected  ${expected}\n`);
    expect(message).toMatch(/ {2}set it {4}\S/);
  });

  test('what Terraform would take for a template is explained', () => {
    expect(refusal({ ...IMMUTABLE, IMAGE_PATH: '/${x}.vhd' })).toContain(
      'without ${, %{, TfToken and control characters: Terraform would read them as a template',
    );
  });

  test('cut when it is long', () => {
    expect(refusal({ ...IMMUTABLE, IMAGE_PATH: 'x'.repeat(5000) }).length).toBeLessThan(700);
  });

  test('an AMI, beside an image', () => {
    expect(refusal({ ...LIVE, BOOTSTRAP_AMI: 'registry' })).toContain(
      'and no BOOTSTRAP_IMAGE_PATH beside it',
    );
  });

  test('an AMI that is none', () => {
    const { NIX_SYSTEM, SSH_CIDRS } = LIVE;
    expect(refusal({ NIX_SYSTEM, SSH_CIDRS, BOOTSTRAP_AMI: 'ami-1' })).toContain(
      'BOOTSTRAP_AMI\n  got       "ami-1"',
    );
  });
});

describe('what is missing', () => {
  test('every problem is reported at once', () => {
    const message = refusal({ IMAGE_PATH: 'x', BOOTSTRAP_IMAGE_PATH: 'y' });
    expect(message).toContain('The environment has 4 problems:');
    for (const name of ['NIX_SYSTEM', 'IMAGE_PATH', 'BOOTSTRAP_IMAGE_PATH', 'SSH_CIDRS']) {
      expect(message).toContain(`\n\n${name}\n  got `);
    }
  });

  test('a half-set stack is an error beside a whole one', () => {
    const message = refusal({ ...IMMUTABLE, SSH_CIDRS: '', BOOTSTRAP_IMAGE_PATH: 'y' });
    expect(message).toContain('BOOTSTRAP_IMAGE_PATH\n  got       "y"');
    expect(message).toContain('SSH_CIDRS\n  got       ""');
  });

  test('no stack at all is an error that names the variables of each', () => {
    expect(refusal({})).toMatch(
      /^No stack is selected\. Set the variables of immutable \(IMAGE_PATH, NIX_SYSTEM\)/,
    );
  });

  test.each([
    ['TF_VAR_IMAGE_PATH', 'IMAGE_PATH'],
    ['TF_VAR_iplz_ami_path', 'IMAGE_PATH'],
    ['TF_VAR_live_config_path', 'LIVE_CONFIG_PATH'],
  ])('%s in its place is named', (tried, variable) => {
    expect(refusal({ [tried]: '/a/b.vhd' })).toContain(
      `${variable}\n  got       nothing: it is unset (${tried} is set, but CDKTF removes all TF_VAR_ variables before synth)`,
    );
  });
});

describe('what would take the state out of its place', () => {
  test.each([
    ['TF_WORKSPACE', 'staging'],
    ['TF_DATA_DIR', '/tmp/data'],
    ['TF_CLI_ARGS', '-chdir=/tmp'],
    ['TF_CLI_ARGS_apply', '-lock-timeout=60s -state=/tmp/my.tfstate'],
    ['TF_CLI_ARGS_init', '"-backend-config=path=/tmp/my.tfstate"'],
  ])('%s=%s is refused', (variable, value) => {
    expect(refusal({ ...IMMUTABLE, [variable]: value })).toContain(
      `${variable}\n  got       ${JSON.stringify(value)}\n  expected  nothing: with it Terraform would keep the state in another place`,
    );
  });

  test.each([
    ['TF_CLI_ARGS_plan', '-lock=false -parallelism=4'],
    ['TF_WORKSPACE', ''],
  ])('%s=%s is nothing of that', (variable, value) => {
    expect(() => readInputs({ ...IMMUTABLE, [variable]: value })).not.toThrow();
  });
});

test('a variable and its former name may not differ', () => {
  expect(refusal({ ...IMMUTABLE, IPLZ_IMAGE_PATH: '/other.vhd' })).toContain(
    'IPLZ_IMAGE_PATH\n  got       "/other.vhd", beside IMAGE_PATH, which is "/nix/store/image/iplz.vhd"\n',
  );
});
