import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { makeSecretKey, publicKeyOf } from '../../nixos-deploy/cache-key';
import { Failure } from '../../nixos-deploy/exit-status';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cache-key-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The file of a key. */
function keyFile(text: string): string {
  const file = join(folder, 'binary-cache.key');
  writeFileSync(file, text);
  return file;
}

const SEED = Buffer.alloc(32, 1);
const PUBLIC = Buffer.alloc(32, 2);

test('default: the public half of a secret key, under its name', () => {
  const file = keyFile(`cache-1:${Buffer.concat([SEED, PUBLIC]).toString('base64')}\n`);
  expect(publicKeyOf(file)).toBe(`cache-1:${PUBLIC.toString('base64')}`);
});

test('none where there is no key yet', () => {
  expect(publicKeyOf(join(folder, 'none'))).toBe('');
});

test.each([
  ['a public key', `cache-1:${PUBLIC.toString('base64')}`],
  ['something else', 'hunter2'],
])('%s is refused, and not shown', (_, text) => {
  const file = keyFile(text);
  try {
    publicKeyOf(file);
  } catch (error) {
    const { status, message, lines } = error as Failure;
    expect({ status, message }).toMatchObject({
      status: 2,
      message: expect.stringContaining(
        `must be a secret key as nix key generate-secret makes it; got: ${file}`,
      ) as string,
    });
    expect([message, ...lines].join()).not.toContain(text);
    return;
  }
  throw new Error('it must be refused');
});

test('two that make it at once have one, whole and for their owner alone', async () => {
  const key = Buffer.concat([SEED, PUBLIC]).toString('base64');
  writeFileSync(join(folder, 'nix'), `#!/bin/sh\nfor name; do :; done; echo "$name:${key}"\n`, {
    mode: 0o755,
  });
  const path = process.env.PATH;
  process.env.PATH = `${folder}:${path}`;
  const file = join(folder, 'state/binary-cache.key');
  try {
    await Promise.all([makeSecretKey(file), makeSecretKey(file)]);
  } finally {
    process.env.PATH = path;
  }
  expect(publicKeyOf(file)).toMatch(/^binary-cache-[0-9a-f]{8}:/);
  expect(readdirSync(join(folder, 'state'))).toEqual(['binary-cache.key']);
});
