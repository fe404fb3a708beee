import { Testing } from 'cdktf';

import { HOST_BY_HAND } from '../../inputs/hosts-by-hand';
import { DeploymentStack } from '../../stacks/deployment-stack';

const TOPLEVEL = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-live-26.05';

function synth(names: readonly string[] = ['iplz'], stateBucket?: string) {
  const hosts = names.map((name) => ({ ...HOST_BY_HAND, name, toplevel: TOPLEVEL, wave: 0 }));
  return Testing.synth(
    new DeploymentStack(Testing.app(), 'deployment', {
      project: 'iplz',
      hosts,
      ...(stateBucket !== undefined && { stateBucket }),
    }),
  );
}

interface Json {
  readonly provider: object;
  readonly resource: { readonly null_resource: Readonly<Record<string, unknown>> };
  readonly data: { readonly terraform_remote_state: { readonly live: unknown } };
}

const parse = (json: string) => JSON.parse(json) as Json;
const json = synth();

test('its JSON', () => {
  expect(json).toMatchSnapshot();
});

test('it knows no provider but null: a deployment cannot touch hardware', () => {
  expect(Object.keys(parse(json).provider)).toEqual(['null']);
  expect(Object.keys(parse(json).resource)).toEqual(['null_resource']);
});

test('a host is deployed to where live has made it, and again when its instance or its system is another', () => {
  const host = 'data.terraform_remote_state.live.outputs.hosts["iplz"]';
  expect(parse(json).resource.null_resource.nixos_deployment_iplz).toMatchObject({
    triggers: { toplevel: TOPLEVEL, instance_id: `\${${host}.instance_id}` },
    provisioner: [{ 'local-exec': { environment: { TARGET_HOST: `\${${host}.address}` } } }],
  });
});

test('the state of live is read where live keeps it', () => {
  expect(parse(json).data.terraform_remote_state.live).toMatchObject({
    backend: 'local',
    config: { path: '../../../terraform.live.tfstate' },
  });
  expect(parse(synth(['iplz'], 'iplz-state-acme')).data.terraform_remote_state.live).toMatchObject({
    backend: 's3',
    config: { bucket: 'iplz-state-acme', key: 'iplz/live.tfstate' },
  });
});

test('a host that live has not made is named, with what makes it', () => {
  expect(parse(synth(['web', 'db'])).data.terraform_remote_state.live).toMatchObject({
    lifecycle: {
      postcondition: [
        { condition: '${can(self.outputs.hosts["web"])}' },
        {
          condition: '${can(self.outputs.hosts["db"])}',
          error_message: 'live has no host db yet: deploy live first (nix run .#live -- deploy).',
        },
      ],
    },
  });
});

test('adding a host adds its deployment, and touches no other', () => {
  const { nixos_deployment_db, ...others } = parse(synth(['db', 'web'])).resource.null_resource;
  expect(nixos_deployment_db).toBeDefined();
  expect(others).toEqual(parse(synth(['web'])).resource.null_resource);
});

test('hosts of a wave wait for one thing, which waits for the wave before: 500 hosts wait for fewer than 700', () => {
  const hosts = Array.from({ length: 500 }, (_, index) => ({
    ...HOST_BY_HAND,
    name: `h-${index}`,
    toplevel: TOPLEVEL,
    wave: index % 3,
  }));
  const { null_resource } = parse(
    Testing.synth(new DeploymentStack(Testing.app(), 'deployment', { project: 'iplz', hosts })),
  ).resource as { null_resource: Record<string, { depends_on?: readonly string[] }> };
  const waits = Object.values(null_resource).flatMap(({ depends_on = [] }) => depends_on);
  expect(waits.length).toBeLessThan(700);
  expect(null_resource['nixos_deployment_h-2']?.depends_on).toEqual(['null_resource.before_wave_2']);
  expect(null_resource.before_wave_2?.depends_on).toContain('null_resource.nixos_deployment_h-1');
});

test('systems of hosts that have them from a binary cache are pushed before these are deployed to', () => {
  const hosts = ['a', 'b', 'c'].map((name) => ({
    ...{ ...HOST_BY_HAND, name, toplevel: TOPLEVEL, wave: 0 },
    ...(name !== 'c' && { binaryCache: true }),
  }));
  const { null_resource } = parse(
    Testing.synth(new DeploymentStack(Testing.app(), 'deployment', { project: 'iplz', hosts })),
  ).resource;
  const url = '${try(data.terraform_remote_state.live.outputs.binary_cache_url, "")}';
  expect(null_resource.pushed_systems).toMatchObject({ triggers: { toplevels: TOPLEVEL, url } });
  const pulls = {
    depends_on: ['null_resource.pushed_systems'],
    provisioner: [{ 'local-exec': { environment: { BINARY_CACHE: url } } }],
  };
  expect(null_resource).toMatchObject({ nixos_deployment_a: pulls, nixos_deployment_b: pulls });
  expect(JSON.stringify(null_resource.nixos_deployment_c)).not.toMatch(/BINARY_CACHE|depends_on/);
});
