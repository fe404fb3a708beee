import { createHash } from 'node:crypto';

import { EbsSnapshotImport } from '@cdktf/provider-aws/lib/ebs-snapshot-import';
import { S3Object } from '@cdktf/provider-aws/lib/s3-object';
import { Fn, Token } from 'cdktf';
import { Construct } from 'constructs';

import type { BucketReference } from './private-bucket';
import type { ImportRole } from './vm-import-role';

export interface ImageSnapshotProps {
  /** Absolute path of the disk image, a VHD. A change of the path, not of the content, uploads and imports it. */
  readonly imagePath: string;
  /** Where the image is uploaded to. */
  readonly bucket: BucketReference;
  /** Who fetches it from there. */
  readonly role: ImportRole;
}

/** A snapshot of a root disk: an `ImageSnapshot`, or any snapshot of the account. */
export interface SnapshotReference {
  readonly id: string;
}

/**
 * A disk image of this machine as an encrypted EBS snapshot: uploaded to S3, then imported.
 *
 * What either was made of is an attribute of its own, so that an upload or an import that
 * failed or was interrupted is still to do in every plan until it succeeds.
 */
export class ImageSnapshot extends Construct implements SnapshotReference {
  readonly object: S3Object;
  readonly snapshot: EbsSnapshotImport;
  readonly id: string;

  constructor(scope: Construct, id: string, props: ImageSnapshotProps) {
    super(scope, id);
    const image = identityOf(props.imagePath);

    // An asset or an etag would read gigabytes at each synth or plan.
    this.object = new S3Object(this, 'object', {
      bucket: props.bucket.id,
      key: 'image.vhd',
      source: props.imagePath,
      // The provider reads back what S3 has. `source` it records even when the upload fails.
      metadata: { image },
    });

    this.snapshot = new EbsSnapshotImport(this, 'Default', {
      roleName: props.role.name,
      encrypted: true,
      diskContainer: {
        description: image, // another one is another snapshot
        format: 'VHD',
        userBucket: { s3Bucket: props.bucket.id, s3Key: this.object.key },
      },
      // Of the role alone Terraform would know; without its policy the import is refused.
      ...(props.role.attachment && { dependsOn: [props.role.attachment] }),
      // EC2 answers with the ARN of the account's own key for EBS, which is not for us to say.
      lifecycle: { createBeforeDestroy: true, ignoreChanges: ['kms_key_id'] },
    });
    this.id = this.snapshot.id;
  }
}

/**
 * A text for each path, of letters that an HTTP header and EC2 take: what follows the folder
 * of the Nix store, which has the hash of the content, or the SHA-256 of any other path. Of one that is
 * known at apply alone, Terraform makes the latter.
 */
function identityOf(imagePath: string): string {
  if (Token.isUnresolved(imagePath)) return Fn.sha256(imagePath);
  const [, inStore] = /^\/nix\/store\/([\w+.?=/-]{1,200})$/.exec(imagePath) ?? [];
  return inStore ?? createHash('sha256').update(imagePath).digest('hex');
}
