import { Testing } from 'cdktf';

import type { Host } from '../../inputs/hosts';
import { HOST_BY_HAND } from '../../inputs/hosts-by-hand';
import type { LiveInputs } from '../../inputs';
import { LiveStack } from '../../stacks/live-stack';
import { typeReferencesOf } from './references';

const IMAGE = { imagePath: '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-bootstrap/bootstrap.vhd' };
const HOST: Host = { ...HOST_BY_HAND, name: 'iplz', rootVolumeGib: 20 };

function synth(bootstrap: LiveInputs['bootstrap'], hosts: readonly Host[] = [HOST]) {
  return Testing.synth(
    new LiveStack(Testing.app(), 'live', {
      project: 'iplz',
      system: 'x86_64-linux',
      bootstrap,
      hosts,
      sshCidrs: ['203.0.113.7/32'],
    }),
  );
}

const json = synth(IMAGE);

test('its JSON', () => {
  expect(json).toMatchSnapshot();
});

test('hardware alone: what runs there is no part of it', () => {
  const references = typeReferencesOf(JSON.parse(json) as Parameters<typeof typeReferencesOf>[0]);
  expect(references.aws_instance).toEqual(['aws_ami', 'aws_security_group']);
  expect(Object.keys(references)).not.toContain('null_resource');
});

test('its outputs are what the deployment reads, and what a user asks of a single host', () => {
  expect((JSON.parse(json) as { output: unknown }).output).toEqual({
    hosts: {
      value: {
        iplz: { instance_id: '${aws_instance.host_iplz.id}', address: '${aws_instance.host_iplz.public_ip}' },
      },
    },
    public_ip: { value: '${aws_instance.host_iplz.public_ip}' },
    url: { value: 'http://${aws_instance.host_iplz.public_ip}/' },
  });
});

interface Json {
  readonly resource: Readonly<Record<string, unknown>>;
}

test('a port more changes the security group alone', () => {
  const { resource: before, ...rest } = JSON.parse(json) as Json;
  const other = synth(IMAGE, [{ ...HOST, tcpPorts: [80, 443] }]);
  const { resource: after, ...others } = JSON.parse(other) as Json;
  expect(others).toEqual(rest);
  const { aws_security_group: group, ...untouched } = after;
  expect({ ...untouched, aws_security_group: before.aws_security_group }).toEqual(before);
  expect(group).not.toEqual(before.aws_security_group);
});

test('adding a host adds its instance and its group, and touches nothing else', () => {
  const resourcesOf = (names: readonly string[]) =>
    (
      JSON.parse(
        synth(
          IMAGE,
          names.map((name) => ({ ...HOST, name })),
        ),
      ) as { resource: Record<string, Record<string, unknown>> }
    ).resource;
  const one = resourcesOf(['web']);
  const { aws_instance, aws_security_group, ...others } = resourcesOf(['db', 'web']);
  const { host_db, ...instances } = aws_instance ?? {};
  const { security_group_db, ...groups } = aws_security_group ?? {};
  expect([host_db, security_group_db]).not.toContain(undefined);
  expect({ aws_instance: instances, aws_security_group: groups, ...others }).toEqual(one);
});

test('hosts share the look at their subnet, and the role for Session Manager', () => {
  const place = { subnetId: 'subnet-0123456789abcdef0', sessionManager: true };
  const { resource, data } = JSON.parse(
    synth(
      IMAGE,
      ['a', 'b'].map((name) => ({ ...HOST, name, ...place })),
    ),
  ) as Json & { data: object };
  expect(data).toMatchObject({ aws_subnet: { [place.subnetId]: { id: place.subnetId } } });
  expect(Object.keys(resource.aws_iam_role as object)).toEqual(['session_manager_role', 'vm_import_role']);
  const vpc_id = `\${data.aws_subnet.${place.subnetId}.vpc_id}`;
  expect(resource).toMatchObject({
    aws_security_group: { security_group_a: { vpc_id }, security_group_b: { vpc_id } },
  });
});

test('hosts whose system comes from a binary cache share it, and a role that reads it; others know nothing of it', () => {
  const hosts = [
    { ...HOST, name: 'a', binaryCache: true },
    { ...HOST, name: 'b', binaryCache: true },
    { ...HOST, name: 'c', binaryCache: true, instanceProfile: 'own' },
    { ...HOST, name: 'd' },
  ];
  const { resource, output } = JSON.parse(synth(IMAGE, hosts)) as {
    resource: Record<string, Record<string, { iam_instance_profile?: string }>>;
    output: object;
  };
  const profile = expect.stringMatching(
    /^\$\{aws_iam_instance_profile\.binary_cache_role_profile_\w+\.name\}$/,
  ) as string;
  expect(
    Object.fromEntries(
      Object.entries(resource.aws_instance ?? {}).map(([name, one]) => [name, one.iam_instance_profile]),
    ),
  ).toEqual({ host_a: profile, host_b: profile, host_c: 'own', host_d: undefined });
  expect(output).toMatchObject({
    binary_cache_url: {
      value: 's3://${aws_s3_bucket.binary_cache.id}?region=${aws_s3_bucket.binary_cache.region}',
    },
  });
});

test('a host without a public address is deployed to at its private one, one with a stable address at that', () => {
  const hosts = [
    { ...HOST, name: 'inner', publicAddress: false, subnetId: 'subnet-0123456789abcdef0' },
    { ...HOST, name: 'outer', stableAddress: true },
  ];
  expect((JSON.parse(synth(IMAGE, hosts)) as { output: unknown }).output).toEqual({
    hosts: {
      value: {
        inner: {
          instance_id: '${aws_instance.host_inner.id}',
          address: '${aws_instance.host_inner.private_ip}',
        },
        outer: {
          instance_id: '${aws_instance.host_outer.id}',
          address: '${aws_eip.stable_address_outer.public_ip}',
        },
      },
    },
  });
});

test('ssh is open to the named networks alone', () => {
  expect(JSON.parse(json)).toMatchObject({
    resource: {
      aws_security_group: {
        security_group_iplz: {
          ingress: [{ from_port: 80 }, { from_port: 22, cidr_blocks: ['203.0.113.7/32'] }],
        },
      },
    },
  });
});

test('a machine that runs outlives its image, and nothing else is ignored', () => {
  expect(JSON.parse(json)).toMatchObject({
    resource: {
      aws_instance: { host_iplz: { lifecycle: { ignore_changes: ['associate_public_ip_address', 'ami'] } } },
    },
  });
});

test('an AMI from the registry: no bucket, role, snapshot or AMI of our own, and a key pair', () => {
  const { resource, data } = JSON.parse(
    synth({ ami: 'registry', release: '26.05', publicKey: 'ssh-ed25519 AAAA deployer' }),
  ) as {
    resource: Record<string, unknown>;
    data: Record<string, unknown>;
  };
  expect(Object.keys(resource).sort()).toEqual(['aws_instance', 'aws_key_pair', 'aws_security_group']);
  expect(Object.keys(data)).toEqual(['aws_ami', 'aws_instances']);
  expect(resource).toMatchObject({
    aws_key_pair: { key_pair: { public_key: 'ssh-ed25519 AAAA deployer' } },
    aws_instance: {
      host_iplz: { ami: '${data.aws_ami.registry_image.id}', key_name: '${aws_key_pair.key_pair.key_name}' },
    },
  });
});

test.each([
  [[8080], 'http://${aws_instance.host_iplz.public_ip}:8080/'],
  [[443, 80], 'https://${aws_instance.host_iplz.public_ip}/'],
  [[{ from: 9000, to: 9010 }], 'http://${aws_instance.host_iplz.public_ip}:9000/'],
  [[], 'http://${aws_instance.host_iplz.public_ip}/'],
])('the url of a host that opens %j is at the first of its ports', (tcpPorts, value) => {
  expect(JSON.parse(synth(IMAGE, [{ ...HOST, tcpPorts }]))).toMatchObject({ output: { url: { value } } });
});
