import { dirname, join } from 'node:path';

import { readSmallFile } from '../files/small-file';

/**
 * The platform that a disk image says it is for, as nixpkgs writes it beside the image
 * (`nix-support/image-info.json`, nixos/maintainers/scripts/ec2/amazon-image.nix).
 * Undefined when nothing is said: the image is not built yet, or of another make.
 */
export function platformOf(imagePath: string): string | undefined {
  try {
    const info: unknown = JSON.parse(
      readSmallFile(join(dirname(imagePath), 'nix-support/image-info.json')).toString('utf8'),
    );
    return typeof info === 'object' && info !== null && 'system' in info && typeof info.system === 'string'
      ? info.system
      : undefined;
  } catch {
    return undefined;
  }
}
