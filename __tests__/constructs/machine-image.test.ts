import { ImageBucket } from '../../constructs/image-bucket';
import { ImageSnapshot } from '../../constructs/image-snapshot';
import { MachineImage } from '../../constructs/machine-image';
import { VmImportRole } from '../../constructs/vm-import-role';
import type { NixSystem } from '../../constructs/nix-system';
import { only, synthesize } from '../synthesized';

function amiOf(system: NixSystem) {
  const imagePath = '/nix/store/image/iplz.vhd';
  const stack = synthesize((scope) => {
    const bucket = new ImageBucket(scope, 'bucket', { namePrefix: 'test-' });
    const role = new VmImportRole(scope, 'role', { bucket, namePrefix: 'test-' });
    const snapshot = new ImageSnapshot(scope, 'snapshot', { imagePath, bucket, role });
    new MachineImage(scope, 'image', { snapshot, system, namePrefix: 'test-' });
  });
  return only(stack, 'aws_ami');
}

test('default: what a Nitro instance needs, IMDSv2 alone', () => {
  expect(amiOf('x86_64-linux')).toMatchObject({
    virtualization_type: 'hvm',
    ena_support: true,
    sriov_net_support: 'simple',
    imds_support: 'v2.0',
  });
});

test('its root device is the snapshot', () => {
  expect(amiOf('x86_64-linux')).toMatchObject({
    root_device_name: '/dev/xvda',
    ebs_block_device: [
      { device_name: '/dev/xvda', snapshot_id: '${aws_ebs_snapshot_import.snapshot.id}', volume_type: 'gp3' },
    ],
  });
});

test.each([
  ['x86_64-linux', 'x86_64', 'legacy-bios'],
  ['aarch64-linux', 'arm64', 'uefi'],
] as const)('%s is %s and boots by %s', (system, architecture, bootMode) => {
  expect(amiOf(system)).toMatchObject({ architecture, boot_mode: bootMode });
});

test('the new one stands beside the old before it goes: each has a name of its own, for good', () => {
  expect(amiOf('x86_64-linux')).toMatchObject({
    name: 'test-${uuid()}',
    lifecycle: { create_before_destroy: true, ignore_changes: ['name'] },
  });
});
