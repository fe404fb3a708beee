import { createHash } from 'node:crypto';

import { ImageBucket } from '../../constructs/image-bucket';
import { ImageSnapshot } from '../../constructs/image-snapshot';
import { VmImportRole } from '../../constructs/vm-import-role';
import { only, synthesize } from '../synthesized';

function snapshotOf(imagePath: string) {
  return synthesize((scope) => {
    const bucket = new ImageBucket(scope, 'bucket', { namePrefix: 'test-' });
    const role = new VmImportRole(scope, 'role', { bucket, namePrefix: 'test-' });
    new ImageSnapshot(scope, 'snapshot', { imagePath, bucket, role });
  });
}

const IDENTITY = '0123456789abcdfghijklmnpqrsvwxyz-iplz/iplz.vhd';
const stack = snapshotOf(`/nix/store/${IDENTITY}`);

test('default: the object is the file itself, never a copy of it', () => {
  expect(only(stack, 'aws_s3_object')).toMatchObject({
    bucket: '${aws_s3_bucket.bucket.id}',
    source: `/nix/store/${IDENTITY}`,
  });
});

test('imports a VHD from that object, as the role', () => {
  expect(only(stack, 'aws_ebs_snapshot_import')).toMatchObject({
    role_name: '${aws_iam_role.role.name}',
    disk_container: {
      format: 'VHD',
      user_bucket: {
        s3_bucket: '${aws_s3_bucket.bucket.id}',
        s3_key: expect.stringMatching(/^\$\{aws_s3_object\.\w+\.key\}$/) as unknown,
      },
    },
  });
});

test('names the image in the object and in the import, so that each knows by itself what it still has to do', () => {
  expect(only(stack, 'aws_s3_object')).toMatchObject({ metadata: { image: IDENTITY } });
  const snapshot = only(stack, 'aws_ebs_snapshot_import');
  expect(snapshot).toMatchObject({ disk_container: { description: IDENTITY } });
  // It counts within one plan: an import that failed would not be tried again.
  expect(snapshot).not.toHaveProperty('lifecycle.replace_triggered_by');
});

test('the new snapshot is there before the old one goes', () => {
  expect(only(stack, 'aws_ebs_snapshot_import')).toMatchObject({
    lifecycle: { create_before_destroy: true },
  });
});

test("is encrypted with the account's own key", () => {
  expect(only(stack, 'aws_ebs_snapshot_import')).toMatchObject({
    encrypted: true,
    lifecycle: { ignore_changes: ['kms_key_id'] },
  });
});

test.each(['/srv/größe.vhd', '/srv/a b.vhd', `/nix/store/${'long'.repeat(60)}.vhd`])(
  'a path that EC2 would not take as a description is named by its hash: %s',
  (imagePath) => {
    const sha256 = createHash('sha256').update(imagePath).digest('hex');
    const made = snapshotOf(imagePath);
    expect(only(made, 'aws_s3_object')).toMatchObject({ metadata: { image: sha256 } });
    expect(only(made, 'aws_ebs_snapshot_import')).toMatchObject({ disk_container: { description: sha256 } });
  },
);

test('waits until the role has its policy', () => {
  expect(only(stack, 'aws_ebs_snapshot_import')).toMatchObject({
    depends_on: [expect.stringMatching(/^aws_iam_role_policy_attachment\./)],
  });
});

test.each(['/a b/"quoted".vhd', "/it's/größe.vhd", '/back\\slash.vhd'])(
  '%s comes out literally',
  (imagePath) => {
    expect(only(snapshotOf(imagePath), 'aws_s3_object')).toMatchObject({ source: imagePath });
  },
);
