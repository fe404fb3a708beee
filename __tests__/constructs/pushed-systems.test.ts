import { PushedSystems, type PushedSystemsProps } from '../../constructs/pushed-systems';
import { only, synthesize } from '../synthesized';

const SYSTEM = (name: string) => `/nix/store/0123456789abcdfghijklmnpqrsvwxyz-${name}`;
const make = (more: Partial<PushedSystemsProps> = {}) =>
  synthesize((stack) => {
    new PushedSystems(stack, 'pushed', { url: 's3://cache', toplevels: [SYSTEM('web')], ...more });
  });

test('default: systems are pushed once, and again when they or the cache are others', () => {
  const toplevels = `${SYSTEM('db')} ${SYSTEM('web')}`;
  const made = make({ toplevels: [SYSTEM('web'), SYSTEM('db'), SYSTEM('web')] });
  expect(only(made, 'null_resource')).toMatchObject({
    triggers: { toplevels, url: 's3://cache' },
    provisioner: [
      {
        'local-exec': {
          command: 'nixos-deploy push',
          environment: { BINARY_CACHE: 's3://cache', TOPLEVELS: toplevels },
        },
      },
    ],
  });
});

test('no cache is one that is empty: nothing is pushed then', () => {
  expect(only(make({ url: '' }), 'null_resource')).toMatchObject({ triggers: { url: '' } });
});

test.each([
  [{ url: 'https://me:mine@cache' }, 'url must be a URL without user and password'],
  [{ toplevels: ['/etc'] }, 'toplevels must be store paths of systems'],
])('%p is refused', (props, message) => {
  expect(() => make(props)).toThrow(message);
});
