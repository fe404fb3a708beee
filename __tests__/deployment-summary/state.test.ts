import { upToDateHosts } from '../../deployment-summary/state';

const INSTANCE = '${data.terraform_remote_state.live.outputs.hosts["web"].instance_id}';
const declared = (triggers: object) =>
  JSON.stringify({
    resource: {
      null_resource: { nixos_deployment_web: { triggers: { instance_id: INSTANCE, ...triggers } } },
    },
  });
const state = (triggers: object, more: object = {}, instance = 'i-1') =>
  JSON.stringify({
    values: {
      root_module: {
        resources: [
          {
            address: 'data.terraform_remote_state.live',
            values: { outputs: { hosts: { web: { instance_id: instance, address: 'a' } } } },
          },
          {
            address: 'null_resource.nixos_deployment_web',
            values: { triggers: { instance_id: 'i-1', ...triggers } },
            ...more,
          },
        ],
      },
    },
  });
const SYSTEM = { toplevel: '/nix/store/x' };

test('default: a deployment that the state has as it is declared', () => {
  expect([...upToDateHosts(declared(SYSTEM), state(SYSTEM))]).toEqual(['web']);
});

test.each([
  ['another system', state({ toplevel: '/nix/store/y' })],
  ['another secret', state({ ...SYSTEM, secret_key: '1' })],
  ['one that failed', state(SYSTEM, { tainted: true })],
  ['another instance', state(SYSTEM, {}, 'i-2')],
  ['no state yet', '{"format_version":"1.0"}'],
])('not up to date: %s', (_, shown) => {
  expect([...upToDateHosts(declared(SYSTEM), shown)]).toEqual([]);
});

test('a host that is no longer declared', () => {
  expect([...upToDateHosts('{}', state(SYSTEM))]).toEqual([]);
});
