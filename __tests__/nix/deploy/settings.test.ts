import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { nixosDeploy } from './run-deploy';

const HASH = '0123456789abcdfghijklmnpqrsvwxyz';
const TOPLEVEL = `/nix/store/${HASH}-nixos-system-live-26.05`;
// An address that nothing answers on: a value that passed would end with 10, after a second.
const GOOD = {
  TARGET_HOST: '127.0.0.1',
  SSH_PORT: '1',
  TOPLEVEL,
  SUBSTITUTE_ON_TARGET: '1',
  CONNECT_TIMEOUT: '1',
};

let directory: string;
let canary: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'nixos-deploy-'));
  canary = join(directory, 'canary');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});
const known = () => ({ KNOWN_HOSTS_FILE: join(directory, 'known_hosts') });

describe('values', () => {
  test('that are good pass, and what is not reachable is exit 10', () => {
    const { status, stderr } = nixosDeploy({ ...GOOD, ...known() });
    expect(stderr).toContain('127.0.0.1 is not reachable within 1 s');
    expect(status).toBe(10);
  });

  test('a cache with a password in its URL is refused, and the password is not printed', () => {
    const { status, stderr } = nixosDeploy({ ...GOOD, BINARY_CACHE: 'https://me:mine@cache.example.org' });
    expect(status).toBe(2);
    expect(stderr).toContain('BINARY_CACHE must be a URL without user and password');
    expect(stderr).not.toContain('mine');
  });

  test('that are missing are named together, with what to do', () => {
    const { status, stderr } = nixosDeploy({});
    expect(status).toBe(2);
    expect(stderr).toContain('TARGET_HOST must be the address or name of the machine');
    expect(stderr).toContain('TOPLEVEL must be the store path of a NixOS system');
    expect(stderr).toContain('nix build');
  });

  test.each([
    ['TARGET_HOST', ['-oProxyCommand=x', 'a b', "a'b", '$(x)', 'a\nb', 'ä', 'fe80::1%eth0']],
    [
      'TOPLEVEL',
      ['-x', '/nix/store/short-x', `${TOPLEVEL}/bin`, `${TOPLEVEL} x`, `${TOPLEVEL}\nx`, `${TOPLEVEL}'`],
    ],
    ['INSTANCE_ID', ['-x', 'i 1', 'i-1\ninstance=i-2', '$(x)']],
    ['SSH_USER', ['-l', 'root root', 'a\nb', "'"]],
    ['SSH_PORT', ['0', '65536', '22x', '-22', '0x16', ' 22', '22\n']],
    ['SSH_JUMP', ['-x', 'a b', 'a,b', '$(x)', 'user@', 'host:port']],
    ['SSH_IDENTITY_FILE', ['/does/not/exist', '/a%h', '/a\nb', '${HOME}/key']],
    ['KNOWN_HOSTS_FILE', ['a\nb']],
    ['HOST_KEY', ['no', 'Console', 'console\nfirst-use']],
    ['CONNECT_TIMEOUT', ['0', '1.5', '-1', 'a[$(x)]', '9999999', '08']],
    ['KEEP_GENERATIONS', ['0', 'all']],
    ['ALLOW_REBOOT', ['yes', '2', 'true']],
    ['BINARY_CACHE', ['cache.example.org', "https://x'; x '", 'https://a b']],
  ])('of %s that ssh or a shell could misread are refused, not run', (name, values) => {
    for (const value of values) {
      const { status, stderr } = nixosDeploy({ ...GOOD, ...known(), [name]: value });
      expect({ value, status }).toEqual({ value, status: 2 });
      expect(stderr).toContain(`${name} must be`);
    }
  });

  test('that are commands in arithmetic are not run', () => {
    nixosDeploy({ ...GOOD, ...known(), CONFIRM_TIMEOUT: `a[$(touch ${canary})]` });
    expect(existsSync(canary)).toBe(false);
  });

  test('are shown so that a terminal survives them', () => {
    expect(nixosDeploy({ ...GOOD, TARGET_HOST: 'a\u001b[2Jb' }).stderr).not.toContain('\u001b');
  });

  test('that are empty are as good as unset', () => {
    expect(nixosDeploy({ ...GOOD, ...known(), SSH_USER: '', INSTANCE_ID: '', HEALTH_CHECK: '' }).status).toBe(
      10,
    );
  });

  test('the console is that of a machine with an identity', () => {
    const { status, stderr } = nixosDeploy({ ...GOOD, ...known(), HOST_KEY: 'console' });
    expect(status).toBe(2);
    expect(stderr).toContain('INSTANCE_ID must be set where HOST_KEY is console');
  });

  test('a health check needs a confirmation', () => {
    const { status, stderr } = nixosDeploy({ ...GOOD, HEALTH_CHECK: 'true', CONFIRM_TIMEOUT: '0' });
    expect(status).toBe(2);
    expect(stderr).toContain('CONFIRM_TIMEOUT must be at least 1 with a HEALTH_CHECK');
  });

  test('a system has to be in the store, unless the target finds it elsewhere', () => {
    const { status, stderr } = nixosDeploy({ ...GOOD, SUBSTITUTE_ON_TARGET: '0' });
    expect(status).toBe(2);
    expect(stderr).toContain('TOPLEVEL must be in the store of this machine');
  });
});

describe('arguments', () => {
  test('--help documents every variable and exit status', () => {
    const { status, stdout } = nixosDeploy({}, '--help');
    expect(status).toBe(0);
    for (const name of [
      ...Object.keys(GOOD),
      'INSTANCE_ID',
      'HOST_KEY',
      'HEALTH_CHECK',
      'CONFIRM_TIMEOUT',
      'KEEP_GENERATIONS',
    ]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    }
    for (const code of [0, 1, 2, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]) {
      expect(stdout).toMatch(new RegExp(`^ +${code}  \\S`, 'm'));
    }
  });

  test('others are refused', () => {
    expect(nixosDeploy(GOOD, 'destroy').status).toBe(2);
    expect(nixosDeploy(GOOD, 'status', 'x').status).toBe(2);
  });
});
