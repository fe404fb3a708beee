import { Testing } from 'cdktf';

import type { LiveInputs } from '../../inputs';
import { LiveStack } from '../../stacks/live-stack';
import { typeReferencesOf } from './references';

const TOPLEVEL = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-live-26.05';

function synth(bootstrap: LiveInputs['bootstrap']) {
  return Testing.synth(
    new LiveStack(Testing.app(), 'live', {
      system: 'x86_64-linux',
      bootstrap,
      toplevel: TOPLEVEL,
      sshCidrs: ['203.0.113.7/32'],
    }),
  );
}

const json = synth({ imagePath: '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-bootstrap/bootstrap.vhd' });

test('its JSON', () => {
  expect(json).toMatchSnapshot();
});

test('the deployment depends on the machine, the machine never on the deployed system', () => {
  const references = typeReferencesOf(JSON.parse(json) as Parameters<typeof typeReferencesOf>[0]);
  expect(references.null_resource).toEqual(['aws_instance']);
  expect(references.aws_instance).toEqual(['aws_ami', 'aws_security_group']);
  const { resource } = JSON.parse(json) as { resource: Record<string, unknown> };
  const { null_resource: deployment, ...hardware } = resource;
  expect(JSON.stringify(deployment)).toContain(TOPLEVEL);
  expect(JSON.stringify(hardware)).not.toContain(TOPLEVEL);
});

test('ssh is open to the named networks alone', () => {
  expect(JSON.parse(json)).toMatchObject({
    resource: {
      aws_security_group: {
        security_group: { ingress: [{ from_port: 80 }, { from_port: 22, cidr_blocks: ['203.0.113.7/32'] }] },
      },
    },
  });
});

test('a machine that runs outlives its image, and nothing else is ignored', () => {
  expect(JSON.parse(json)).toMatchObject({
    resource: {
      aws_instance: { host: { lifecycle: { ignore_changes: ['associate_public_ip_address', 'ami'] } } },
    },
  });
});

test('an AMI from the registry: no bucket, role, snapshot or AMI of our own, and a key pair', () => {
  const { resource, data } = JSON.parse(
    synth({ ami: 'registry', publicKey: 'ssh-ed25519 AAAA deployer' }),
  ) as {
    resource: Record<string, unknown>;
    data: Record<string, unknown>;
  };
  expect(Object.keys(resource).sort()).toEqual([
    'aws_instance',
    'aws_key_pair',
    'aws_security_group',
    'null_resource',
  ]);
  expect(Object.keys(data)).toEqual(['aws_ami', 'aws_instances']);
  expect(resource).toMatchObject({
    aws_key_pair: { key_pair: { public_key: 'ssh-ed25519 AAAA deployer' } },
    aws_instance: {
      host: { ami: '${data.aws_ami.registry_image.id}', key_name: '${aws_key_pair.key_pair.key_name}' },
    },
  });
});
