import { advance, BEGUN, type Deployment, FLOW, type Plan, withWord } from '../../nixos-deploy/deployment';
import { type HostEvent, parseEvent, ProtocolViolation } from '../../nixos-deploy/protocol';

const OLD = '/nix/store/00000000000000000000000000000000-old';
const NEXT = '/nix/store/00000000000000000000000000000001-next';
const NONCE = '0123456789abcdef0123456789abcdef';
const PLAN: Plan = { toplevel: NEXT, old: OLD, nonce: NONCE, confirmed: true };
const HELLO = `hello 01234567-89ab-cdef-0123-456789abcdef ${OLD} ${OLD} no`;

/** What is known after these lines of the host; `confirm` and `refuse` are our own words. */
function after(lines: readonly string[], plan = PLAN): Deployment {
  return lines.reduce<Deployment>(
    (known, line) =>
      line === 'confirm' || line === 'refuse'
        ? withWord(known, line)
        : advance(known, line === 'secrets-ready' ? READY : parseEvent(line), plan),
    BEGUN,
  );
}
const READY: HostEvent = { name: 'secrets-ready', text: '' };
const SWITCHED = [HELLO, 'missing 1', 'end-of-list', 'copied', 'secrets-ready', 'switching', 'switched 90'];

test('default: a confirmation that was acknowledged is a success', () => {
  const lines = [...SWITCHED, 'confirm', `committing ${NONCE}`, `end 0 ${NONCE}`];
  expect(after(lines)).toMatchObject({ state: 'ended', outcome: 'confirmed', acknowledged: true });
});

test('so is an end by our own number, whose acknowledgement was missed', () => {
  expect(after([...SWITCHED, 'confirm', `end 0 ${NONCE}`]).outcome).toBe('confirmed');
});

test('without a confirmation to wait for, the host keeps what switched', () => {
  const lines = [...SWITCHED.slice(0, -1), 'switched 0', 'committing -', 'end 0 -'];
  expect(after(lines, { ...PLAN, confirmed: false }).outcome).toBe('confirmed');
});

test('a new connection says all again', () => {
  expect(after([...SWITCHED, 'switching', 'switched 90']).state).toBe('switched');
});

test.each<[string, readonly string[], Deployment['outcome']]>([
  ['a health check that failed', ['refuse', 'rolling-back x', 'end 15 x'], 'health check failed'],
  ['no confirmation', ['rolling-back x', 'end 16 x'], 'not confirmed'],
  ['a reboot before it', [`gone ${OLD}`], 'not confirmed'],
  ['a reboot after it', ['confirm', `committing ${NONCE}`, `gone ${NEXT}`], 'confirmed'],
  ['a reboot in between', ['confirm', `committing ${NONCE}`, `gone ${OLD}`], 'running another system'],
  [
    'a boot loader that fails',
    ['confirm', `committing ${NONCE}`, 'rolling-back x', 'end 14 x'],
    'activation failed',
  ],
  ['a rollback that fails', ['rolling-back x', 'end 19 x'], 'rollback failed'],
])('%s is known by its outcome', (_, lines, outcome) => {
  expect(after([...SWITCHED, ...lines]).outcome).toBe(outcome);
});

test.each<[string, readonly string[]]>([
  ['a success before our word', [`committing ${NONCE}`]],
  ['an end before our word', [`end 0 ${NONCE}`]],
  ['a success after we refused', ['refuse', `committing ${NONCE}`]],
  ['an end after we refused', ['refuse', `end 0 ${NONCE}`]],
  ['a success by another number', ['confirm', `committing ${'f'.repeat(32)}`]],
  ['an end by another number', ['confirm', `end 0 ${'f'.repeat(32)}`]],
  ['a refusal that was not ours', ['confirm', 'end 15 x']],
  ['no confirmation, after it had ours', ['confirm', `committing ${NONCE}`, 'end 16 x']],
  ['a reboot into what nobody confirmed', [`gone ${NEXT}`]],
  ['a limit that it was not asked for', ['switched 0']],
  ['a greeting', [HELLO]],
])('%s is a violation', (_, lines) => {
  expect(() => after([...SWITCHED, ...lines])).toThrow(ProtocolViolation);
});

test('nothing has a meaning after the end', () => {
  expect(FLOW.ended).toEqual({});
});

test('before the switch no event is an end of it', () => {
  for (const state of ['connecting', 'copying', 'sending secrets'] as const) {
    expect(Object.keys(FLOW[state])).not.toEqual(expect.arrayContaining(['end']));
    expect(Object.keys(FLOW[state])).not.toContain('committing');
  }
});
