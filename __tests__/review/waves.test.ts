import { readPlan } from '../../review/plan';
import { verdict } from '../../review/verdict';
import { planJson } from './plan-json';

/** The verdict on deployments, each by its name, its action and those that it waits for. */
function verdictOn(
  deployments: readonly (readonly [string, readonly string[], readonly string[]])[],
): string {
  const address = (name: string) => `null_resource.nixos_deployment_${name}`;
  const changes = deployments.map(([name, actions]) => ({
    address: address(name),
    actions,
    before: { triggers: { toplevel: '/nix/store/a', instance_id: `i-${name}` } },
    after: { triggers: { toplevel: '/nix/store/b', instance_id: `i-${name}` } },
  }));
  const resources = deployments.map(([name, , after]) => ({
    address: address(name),
    depends_on: after.map(address),
  }));
  const configuration = { root_module: { resources } };
  return verdict(readPlan(planJson(changes, { configuration }), 'deployment', 'plan.json'));
}

const REPLACE = ['delete', 'create'];

test('hosts are named in the order of their waves', () => {
  expect(
    verdictOn([
      ['db', REPLACE, ['web', 'web-2']],
      ['web', REPLACE, ['canary']],
      ['web-2', ['create'], ['canary']],
      ['canary', REPLACE, []],
    ]),
  ).toContain(
    'in 3 waves: `nixos_deployment_canary`, then `nixos_deployment_web`, `nixos_deployment_web-2`, then `nixos_deployment_db`',
  );
});

test('a host that is up to date is in none', () => {
  expect(
    verdictOn([
      ['canary', ['no-op'], []],
      ['web', REPLACE, ['canary']],
      ['db', REPLACE, ['web']],
    ]),
  ).toContain('in 2 waves: `nixos_deployment_web`, then `nixos_deployment_db`');
});

test('one wave is not worth a word', () => {
  expect(
    verdictOn([
      ['web', REPLACE, []],
      ['db', REPLACE, []],
    ]),
  ).not.toContain('wave');
});
