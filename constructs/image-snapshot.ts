import { EbsSnapshotImport } from '@cdktf/provider-aws/lib/ebs-snapshot-import';
import { S3Object } from '@cdktf/provider-aws/lib/s3-object';
import { Construct } from 'constructs';

import { ImageBucket } from './image-bucket';
import { VmImportRole } from './vm-import-role';

export interface ImageSnapshotProps {
  /** Absolute path of the disk image, a VHD. A change of the path, not of the content, uploads it again. */
  readonly imagePath: string;
  /** Where the image is uploaded to. */
  readonly bucket: ImageBucket;
  /** Who fetches it from there. */
  readonly role: VmImportRole;
}

/** A disk image of this machine as an EBS snapshot: uploaded to S3, then imported. */
export class ImageSnapshot extends Construct {
  readonly snapshot: EbsSnapshotImport;

  constructor(scope: Construct, id: string, props: ImageSnapshotProps) {
    super(scope, id);

    // The path itself is the trigger: Nix gives every content a path of its own.
    // An asset or an etag would read gigabytes at each synth or plan.
    const object = new S3Object(this, 'object', {
      bucket: props.bucket.bucket.id,
      key: 'image.vhd',
      source: props.imagePath,
    });

    this.snapshot = new EbsSnapshotImport(this, 'Default', {
      roleName: props.role.role.name,
      diskContainer: {
        format: 'VHD',
        userBucket: { s3Bucket: props.bucket.bucket.id, s3Key: object.key },
      },
      // Of the role alone Terraform would know; without its policy the import is refused.
      dependsOn: [props.role.attachment],
      lifecycle: {
        createBeforeDestroy: true,
        // A bare address: cdktf would write a reference as a template, which Terraform refuses here.
        replaceTriggeredBy: [`${object.terraformResourceType}.${object.friendlyUniqueId}`],
      },
    });
  }
}
