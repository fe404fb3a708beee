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

const stack = snapshotOf('/nix/store/image/iplz.vhd');

test('default: the object is the file itself, never a copy of it', () => {
  expect(only(stack, 'aws_s3_object')).toMatchObject({
    bucket: '${aws_s3_bucket.bucket.id}',
    source: '/nix/store/image/iplz.vhd',
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

test('is replaced when the object changes, the new one first', () => {
  expect(only(stack, 'aws_ebs_snapshot_import')).toMatchObject({
    lifecycle: {
      create_before_destroy: true,
      // An address, not a template: Terraform refuses "${…}" here.
      replace_triggered_by: [expect.stringMatching(/^aws_s3_object\.\w+$/)],
    },
  });
});

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
