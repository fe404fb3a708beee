import { inhibiting } from '../../nixos-deploy/inhibitors';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value, undefined, 2)).toString('base64');
const facts = (before: unknown, after: unknown) =>
  inhibiting(
    { facts: before === '-' ? '-' : encode(before), interface: '-' },
    { facts: encode(after), interface: '-' },
  );

test('a name that both systems have, with different values, forbids the switch', () => {
  const before = { 'dbus-implementation': 'dbus', systemd: '/nix/store/x-systemd-257' };
  expect(facts(before, { ...before, 'dbus-implementation': 'broker' })).toEqual([
    'dbus-implementation: dbus -> broker',
  ]);
});

test('a name that only one of them has forbids nothing', () => {
  expect(facts({ a: '1' }, { b: '2' })).toEqual([]);
  expect(facts('-', { a: '1' })).toEqual([]);
  expect(facts({}, { a: '1' })).toEqual([]);
});

test('the order of names, and quotes and commas in values, make no difference', () => {
  expect(facts({ a: 'x", "b": "y', b: '{,:}' }, { b: '{,:}', a: 'x", "b": "y' })).toEqual([]);
});

test('every difference is named', () => {
  expect(facts({ a: '1', b: '1' }, { a: '2', b: '3' })).toEqual(['a: 1 -> 2', 'b: 1 -> 3']);
});

test('another init interface forbids the switch, as it does for NixOS', () => {
  const of = (text: string) => ({ facts: '-', interface: Buffer.from(text).toString('base64') });
  expect(inhibiting(of('systemd 2\n'), of('systemd 3\n'))).toEqual([
    'init interface: systemd 2 -> systemd 3',
  ]);
  expect(inhibiting(of('systemd 2'), of('systemd 2'))).toEqual([]);
});

test('what is no JSON object of texts is refused', () => {
  for (const value of [[], 'x', null, 7, { a: 1 }, { a: ['b'] }])
    expect(() => facts(value, {})).toThrow(SyntaxError);
});
