import { Testing } from 'cdktf';

import { HOST_BY_HAND } from '../../inputs/hosts-by-hand';
import { ImmutableStack } from '../../stacks/immutable-stack';
import { StateStack } from '../../stacks/state-stack';

const json = Testing.synth(
  new StateStack(Testing.app(), 'state', { project: 'iplz', bucket: 'iplz-state-acme' }),
);

test('its JSON', () => {
  expect(json).toMatchSnapshot();
});

test('the bucket keeps every version, encrypted and private', () => {
  expect(JSON.parse(json)).toMatchObject({
    resource: {
      aws_s3_bucket: { state_bucket: { bucket: 'iplz-state-acme' } },
      aws_s3_bucket_versioning: expect.anything() as unknown,
      aws_s3_bucket_server_side_encryption_configuration: expect.anything() as unknown,
      aws_s3_bucket_public_access_block: expect.anything() as unknown,
    },
  });
  expect(json).toContain('"status": "Enabled"');
});

test('S3 refuses to delete it while it holds a state', () => {
  expect(json).not.toContain('force_destroy');
});

test('another stack keeps its state there, encrypted and locked', () => {
  const other = Testing.synth(
    new ImmutableStack(Testing.app(), 'immutable', {
      project: 'iplz',
      host: { ...HOST_BY_HAND, name: 'iplz', system: 'x86_64-linux', imagePath: '/nix/store/image/iplz.vhd' },
      stateBucket: 'iplz-state-acme',
    }),
  );
  expect(JSON.parse(other)).toMatchObject({
    terraform: {
      backend: {
        s3: { bucket: 'iplz-state-acme', key: 'iplz/immutable.tfstate', encrypt: true, use_lockfile: true },
      },
    },
  });
});
