import {
  appendFileSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { run } from './processes';

const MIB = 1 << 20;

/** Make the disk image of a system: its closure in a tar archive, padded, with a fixed VHD's footer. */
export async function makeImage(toplevel: string, folder: string): Promise<string> {
  const image = join(folder, 'image.vhd');
  const extra = join(folder, 'image');
  const closure = (await run('nix-store', ['--query', '--requisites', toplevel])).split('\n');
  mkdirSync(join(extra, 'nix/var/nix/profiles'), { recursive: true });
  writeFileSync(
    join(extra, 'nix-path-registration'),
    `${await run('nix-store', ['--dump-db', ...closure])}\n`,
  );
  symlinkSync('system-1-link', join(extra, 'nix/var/nix/profiles/system'));
  symlinkSync(toplevel, join(extra, 'nix/var/nix/profiles/system-1-link'));
  await run('tar', [
    '-cPf',
    image,
    '--transform',
    's,^/,,S',
    '-C',
    extra,
    'nix-path-registration',
    'nix',
    ...closure,
  ]);
  rmSync(extra, { recursive: true });
  const size = Math.ceil(statSync(image).size / MIB) * MIB;
  truncateSync(image, size);
  appendFileSync(image, footer(size));
  return image;
}

/** The 512 bytes that end a fixed VHD. */
function footer(size: number): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.write('conectix', 0, 'latin1');
  bytes.writeUInt32BE(2, 8);
  bytes.writeUInt32BE(0x10000, 12);
  bytes.fill(0xff, 16, 24);
  bytes.writeBigUInt64BE(BigInt(size), 40);
  bytes.writeBigUInt64BE(BigInt(size), 48);
  bytes.writeUInt32BE(2, 60);
  bytes.writeUInt32BE(~bytes.reduce((sum, byte) => sum + byte, 0) >>> 0, 64);
  return bytes;
}
