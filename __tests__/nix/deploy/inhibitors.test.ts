import { withParts } from './run-deploy';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value, undefined, 2)).toString('base64');

/** What forbids a switch between systems with these inhibitors and init interfaces. */
function inhibiting(
  before: string,
  after: string,
  interfaces: readonly [string, string] = ['-', '-'],
): string[] {
  const text = 'compare_inhibitors "$@"; printf "%s\\n" "${inhibiting[@]}"';
  const { stdout, stderr } = withParts(['inhibitors'], text, before, after, ...interfaces);
  expect(stderr).toBe('');
  return stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

test('a name that both systems have, with different values, forbids the switch', () => {
  const before = encode({ 'dbus-implementation': 'dbus', systemd: '/nix/store/x-systemd-257' });
  const after = encode({ 'dbus-implementation': 'broker', systemd: '/nix/store/x-systemd-257' });
  expect(inhibiting(before, after)).toEqual(['dbus-implementation: dbus -> broker']);
});

test('a name that only one of them has forbids nothing', () => {
  expect(inhibiting(encode({ a: '1' }), encode({ b: '2' }))).toEqual([]);
  expect(inhibiting('-', encode({ a: '1' }))).toEqual([]);
  expect(inhibiting(encode({}), encode({ a: '1' }))).toEqual([]);
});

test('the order of names, and quotes and commas in values, make no difference', () => {
  const [before, after] = [encode({ a: 'x", "b": "y', b: '{,:}' }), encode({ b: '{,:}', a: 'x", "b": "y' })];
  expect(inhibiting(before, after)).toEqual([]);
});

test('all differences are reported', () => {
  expect(inhibiting(encode({ a: '1', b: '1' }), encode({ a: '2', b: '3' }))).toEqual([
    'a: 1 -> 2',
    'b: 1 -> 3',
  ]);
});

test('another init interface forbids the switch, as it does for NixOS', () => {
  const [two, three] = ['systemd 2', 'systemd 3'].map((text) => Buffer.from(text).toString('base64'));
  expect(inhibiting('-', '-', [two ?? '', three ?? ''])).toEqual(['init interface: systemd 2 -> systemd 3']);
  expect(inhibiting('-', '-', [two ?? '', two ?? ''])).toEqual([]);
});
