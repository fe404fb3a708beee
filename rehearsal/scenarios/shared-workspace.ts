import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ended } from './expect';
import { run, start } from './processes';
import { Systems } from './systems';

/** What all workspaces of one run share: a deployer's key, and the system and image that machines start with. */
export interface SharedWorkspace {
  /** The project. */
  readonly source: string;
  /** Folder of everything that is written. */
  readonly directory: string;
  /** nixos-deploy, for `node`. */
  readonly program: string;
  /** File of the deployer's private key. */
  readonly identity: string;
  readonly systems: Systems;
  /** Toplevel that a new machine runs. */
  readonly base: string;
  /** Disk image of a new machine. */
  readonly image: string;
}

export async function openSharedWorkspace(source: string, directory: string): Promise<SharedWorkspace> {
  mkdirSync(directory, { recursive: true });
  const identity = join(directory, 'id_ed25519');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'scenarios', '-f', identity]);
  const program = join(directory, 'nixos-deploy');
  const PATH = `${join(source, 'node_modules/.bin')}:${process.env.PATH ?? ''}`;
  const bundling = start(join(source, 'nixos-deploy/bundle.sh'), [program], {
    env: { ...process.env, PATH },
  });
  ended(await bundling.ended, 0);
  const systems = await Systems.open(source, directory, readFileSync(`${identity}.pub`, 'utf8'));
  const plain = { greeting: 'base' };
  const [base, image] = [await systems.make(plain), await systems.image(plain)];
  return { source, directory, program: join(program, 'main.cjs'), identity, systems, base, image };
}
