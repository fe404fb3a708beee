import { describe as describeStatus, type HostStatus } from '../../nixos-deploy/status';

const NEXT = '/nix/store/00000000000000000000000000000001-next';
const OLD = '/nix/store/00000000000000000000000000000000-old';
const last = { result: 'confirmed', deployer: 'me', since: 'today', old: OLD, new: NEXT, boot: 'b1' };
const AGREED: HostStatus = {
  running: NEXT,
  booted: OLD,
  profile: NEXT,
  bootDefault: NEXT,
  bootId: 'b1',
  stale: [],
  busy: '',
  last,
};
const of = (more: Partial<HostStatus>, toplevel = NEXT) => {
  const { lines, agrees } = describeStatus({ ...AGREED, ...more }, toplevel);
  return { agrees, text: lines.join('\n') };
};

test('default: a host that runs, boots and records the selected system agrees', () => {
  const { agrees, text } = of({});
  expect(agrees).toBe(true);
  expect(text).not.toMatch(/disagreement|not the selected/);
});

test('a boot loader that cannot be seen is no disagreement', () => {
  expect(of({ bootDefault: '-' })).toMatchObject({
    agrees: true,
    text: expect.stringContaining('not seen') as unknown,
  });
});

test.each<[string, Partial<HostStatus>, string]>([
  ['another running system', { running: OLD }, 'another system runs than the profile'],
  ['another boot default', { bootDefault: OLD }, 'the boot loader would start another system'],
  ['another profile', { profile: OLD, running: OLD, bootDefault: OLD }, 'by another than nixos-deploy'],
  ['a deployment that was left open', { last: { ...last, result: 'committing' } }, 'left open (committing)'],
  [
    'a reboot that nobody confirmed',
    { last: { ...last, result: 'rebooting' }, bootId: 'b2' },
    'not confirmed',
  ],
])('%s is a disagreement', (_, more, words) => {
  const { agrees, text } = of(more, '');
  expect(agrees).toBe(false);
  expect(text).toContain(words);
});

test('while somebody deploys, nothing has to agree yet', () => {
  const { agrees, text } = of({ running: OLD, busy: 'me@here', last: { ...last, result: 'switching' } }, '');
  expect(agrees).toBe(true);
  expect(text).toContain('me@here');
});

test('a reboot in the midst of a deployment is said, and what it booted', () => {
  const { text } = of({ last: { ...last, result: 'switching' }, bootId: 'b2' });
  expect(text).toContain('the host was rebooted while switching, and booted the confirmed system');
});
