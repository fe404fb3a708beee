import { Testing } from 'cdktf';

import { HOST_BY_HAND } from '../../inputs/hosts-by-hand';
import type { ImmutableHost } from '../../inputs/hosts';
import { ImmutableStack } from '../../stacks/immutable-stack';
import { typeReferencesOf } from './references';

const HOST = {
  ...HOST_BY_HAND,
  name: 'iplz',
  system: 'x86_64-linux',
  imagePath: '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-iplz/iplz.vhd',
} as const;

const synth = (host: ImmutableHost) =>
  Testing.synth(new ImmutableStack(Testing.app(), 'immutable', { project: 'iplz', host }));
const json = synth(HOST);

test('its JSON', () => {
  expect(json).toMatchSnapshot();
});

test("the guide's dependency graph", () => {
  const references = typeReferencesOf(JSON.parse(json) as Parameters<typeof typeReferencesOf>[0]);
  expect(references).toMatchObject({
    'output.public_ip': ['aws_instance'],
    aws_instance: ['aws_ami', 'aws_security_group'],
    aws_ami: ['aws_ebs_snapshot_import'],
    aws_iam_policy: ['aws_s3_bucket'],
    aws_iam_role_policy_attachment: ['aws_iam_policy', 'aws_iam_role'],
    aws_s3_object: ['aws_s3_bucket'],
  });
  expect(references.aws_s3_bucket_acl).toContain('aws_s3_bucket');
  expect(references.aws_ebs_snapshot_import).toEqual(
    expect.arrayContaining(['aws_iam_role', 'aws_s3_object']),
  );
});

test('everything is tagged with project and stack', () => {
  expect(JSON.parse(json)).toMatchObject({
    provider: { aws: [{ default_tags: [{ tags: { project: 'iplz', stack: 'immutable' } }] }] },
  });
});

test('ssh is closed', () => {
  expect(json).not.toContain('"from_port": 22');
});

test('outputs are public_ip and url', () => {
  expect((JSON.parse(json) as { output: unknown }).output).toEqual({
    public_ip: { value: '${aws_instance.host.public_ip}' },
    url: { value: 'http://${aws_instance.host.public_ip}/' },
  });
});

test('with a stable address, outputs are what no deployment changes', () => {
  expect((JSON.parse(synth({ ...HOST, stableAddress: true })) as { output: unknown }).output).toEqual({
    public_ip: { value: '${aws_eip.stable_address.public_ip}' },
    url: { value: 'http://${aws_eip.stable_address.public_ip}/' },
  });
});
