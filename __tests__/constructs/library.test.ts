import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Testing } from 'cdktf';

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
