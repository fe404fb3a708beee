import { type HostEnding, summaryOf } from '../../deployment-summary/hosts';
import type { Outcome } from '../../nixos-deploy/outcome';

const deployed: Outcome = { result: 'deployed', status: 0, reason: '', bytes: 12_345, seconds: 1.234 };
const failed = (status: number, reason: string): Outcome => ({
  ...deployed,
  result: 'failed',
  status,
  reason,
});
const host = (name: string, wave: number, more: Partial<HostEnding> = {}): HostEnding => ({
  name,
  wave,
  upToDate: false,
  ...more,
});

test('default: every host in the order of the waves, below a line that counts them', () => {
  const hosts = [
    host('web', 1, { outcome: deployed }),
    host('web-2', 1, { upToDate: true }),
    host('canary', 0, { outcome: { ...deployed, result: 'up to date' } }),
  ];
  expect(summaryOf(hosts)).toEqual([
    'deployment of 3 hosts: 1 deployed, 2 up to date',
    '  wave 0  canary  up to date',
    '  wave 1  web     deployed      1.2 s, 12 kB sent',
    '  wave 1  web-2   up to date',
  ]);
});

test('one that fails has its exit status and its reason; later waves are skipped because of it, and it alone', () => {
  const hosts = [
    host('a', 0, { outcome: deployed }),
    host('b', 1, { outcome: failed(15, 'the health check failed, and b is back at /nix/store/x') }),
    host('c', 1, { outcome: deployed }),
    host('d', 2),
    host('e', 3),
    host('f', 3, { upToDate: true }),
  ];
  expect(summaryOf(hosts)).toEqual([
    'deployment of 6 hosts: 2 deployed, 1 up to date, 1 failed, 2 skipped',
    '  wave 0  a  deployed      1.2 s, 12 kB sent',
    '  wave 1  b  failed (15)   the health check failed, and b is back at /nix/store/x',
    '  wave 1  c  deployed      1.2 s, 12 kB sent',
    '  wave 2  d  skipped       because of b',
    '  wave 3  e  skipped       because of b',
    '  wave 3  f  up to date',
  ]);
});

test('several that fail are all named, those of the same wave and of a later one are no reason', () => {
  const hosts = [
    host('a', 0, { outcome: failed(10, 'x') }),
    host('b', 0, { outcome: failed(2, 'y') }),
    host('c', 1, { outcome: failed(10, 'z') }),
    host('d', 1),
    host('e', 2),
  ];
  expect(summaryOf(hosts).slice(-2)).toEqual([
    '  wave 1  d  skipped       because of a, b',
    '  wave 2  e  skipped       because of a, b, c',
  ]);
});

test('one that was not started beside one of its own wave that failed is not skipped because of that', () => {
  const [, , beside] = summaryOf([host('a', 0, { outcome: failed(10, 'x') }), host('b', 0)]);
  expect(beside).toBe('  wave 0  b  not deployed  Terraform says why above');
});

test('one that ended without a word is not deployed, and a reason for later waves', () => {
  expect(summaryOf([host('a', 0), host('b', 1)])).toEqual([
    'deployment of 2 hosts: 1 skipped, 1 not deployed',
    '  wave 0  a  not deployed  Terraform says why above',
    '  wave 1  b  skipped       because of a',
  ]);
});

test('what a host has said cannot write to the terminal', () => {
  const lines = summaryOf([host('a', 0, { outcome: failed(14, 'bad\u001b[2J\nthing') }), host('b', 0)]);
  expect(lines[1]).toContain('bad\\x1b[2J\\x0athing');
});
