import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { Resource } from '@cdktf/provider-null/lib/resource';
import { Testing } from 'cdktf';

import { HOST_BY_HAND } from '../../inputs/hosts-by-hand';
import { DeploymentStack } from '../../stacks/deployment-stack';
import { ImmutableStack } from '../../stacks/immutable-stack';
import { LiveStack } from '../../stacks/live-stack';
import { StrangersStack } from './strangers-stack';

const CONSTRUCTS = join(__dirname, '../../constructs');

test('values known at apply alone, and things that are there already, are taken wherever they may be', () => {
  const { resource } = JSON.parse(Testing.synth(new StrangersStack(Testing.app(), 'web'))) as {
    resource: object;
  };
  expect(resource).toMatchObject({
    aws_security_group: {
      security_group: {
        ingress: [
          { from_port: '${var.port}', to_port: '${var.port}' },
          { from_port: '${var.first_port}', to_port: 9000 },
          { from_port: '${var.udp_port}', protocol: 'udp' },
          { from_port: 22, cidr_blocks: '${var.ssh_cidrs}' },
        ],
      },
    },
    aws_s3_object: { snapshot_object_CC84E348: { metadata: { image: '${sha256(var.image_path)}' } } },
    aws_instance: {
      host: {
        instance_type: '${var.instance_type}',
        root_block_device: { volume_size: '${var.root_volume_gib}' },
      },
      existing: {
        vpc_security_group_ids: ['${data.aws_security_group.existing_group.id}'],
        key_name: '${data.aws_key_pair.existing_key.key_name}',
      },
    },
    null_resource: {
      deployment: {
        triggers: { toplevel: '${var.toplevel}', instance_id: '${aws_instance.host.id}' },
        depends_on: ['aws_security_group.security_group'],
      },
    },
  });
});

test.each(readdirSync(CONSTRUCTS))(
  '%s knows nothing of how this project reads its inputs or joins its stacks',
  (file) => {
    const imported = [...readFileSync(join(CONSTRUCTS, file), 'utf8').matchAll(/from '(\.\.[^']*)'/g)];
    expect(
      imported.map(([, path]) => path).filter((path) => /^\.\.\/(inputs|stacks|synth)\b/.test(path ?? '')),
    ).toEqual([]);
  },
);

describe('a project adds what is its own to a stack', () => {
  const host = { ...HOST_BY_HAND, name: 'web', stableAddress: true };
  const record = (stack: LiveStack | ImmutableStack, address: string | undefined) =>
    new Route53Record(stack, 'name', {
      zoneId: 'Z1',
      name: 'web',
      type: 'A',
      ttl: 60,
      records: [address ?? ''],
    });
  const recordOf = (json: string) =>
    (JSON.parse(json) as { resource: { aws_route53_record: { name: { records: unknown } } } }).resource
      .aws_route53_record.name.records;

  test('to a host of live, by its name', () => {
    const stack = new LiveStack(Testing.app(), 'live', {
      project: 'acme',
      system: 'x86_64-linux',
      bootstrap: { imagePath: '/nix/store/image/bootstrap.vhd' },
      hosts: [host],
      sshCidrs: ['203.0.113.7/32'],
    });
    const placed = stack.hosts.get('web');
    record(stack, placed?.address);
    expect(placed?.securityGroup.node.path).toBe('live/security_group_web');
    expect(placed?.stableAddress?.node.path).toBe('live/stable_address_web');
    expect(recordOf(Testing.synth(stack))).toEqual(['${aws_eip.stable_address_web.public_ip}']);
  });

  test('to the host of immutable', () => {
    const stack = new ImmutableStack(Testing.app(), 'immutable', {
      project: 'acme',
      host: { ...host, stableAddress: false, system: 'x86_64-linux', imagePath: '/nix/store/image/web.vhd' },
    });
    record(stack, stack.host.address);
    expect(recordOf(Testing.synth(stack))).toEqual(['${aws_instance.host.public_ip}']);
  });

  test('after a deployment', () => {
    const toplevel = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-web';
    const stack = new DeploymentStack(Testing.app(), 'deployment', {
      project: 'acme',
      hosts: [{ ...host, toplevel, wave: 0 }],
    });
    const deployment = stack.deployments.get('web');
    new Resource(stack, 'announce', { ...(deployment && { dependsOn: [deployment] }) });
    expect(JSON.parse(Testing.synth(stack))).toMatchObject({
      resource: { null_resource: { announce: { depends_on: ['null_resource.nixos_deployment_web'] } } },
    });
  });
});
