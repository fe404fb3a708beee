import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { HostWorkspace } from '../rehearsal/scenarios/host-workspace';
import { type Ended, run, start } from '../rehearsal/scenarios/processes';
import type { Variation } from '../rehearsal/scenarios/systems';
import { olderNix } from './older-nix';

/** What deploy-rs wants in a system: its own program, in a path of its own that never changes, and a script. */
export async function partsForDeployRs(
  workspace: HostWorkspace,
  program: string | undefined,
): Promise<Omit<Variation, 'greeting'>> {
  if (program === undefined) {
    console.log('deploy-rs is not installed (cargo install deploy-rs), so it does not take part');
    return {};
  }
  const activate = join(program, '../activate');
  if (!existsSync(activate)) throw new Error(`there is no ${activate} beside ${program}`);
  const folder = join(workspace.directory, 'activate-rs');
  mkdirSync(folder);
  copyFileSync(activate, join(folder, 'activate'));
  const path = await run('nix-store', ['--add', folder]);
  return {
    references: [path],
    links: { 'activate-rs': `${path}/activate` },
    files: { 'deploy-rs-activate': '#!/bin/sh\nexec "$PROFILE/bin/switch-to-configuration" switch\n' },
  };
}

/** Deploy a system with magic rollback to hosts at these addresses; `program` is the path of its `deploy`. */
export async function deployRs(
  workspace: HostWorkspace,
  program: string,
  toplevel: string,
  addresses: readonly string[],
  sshOptions: readonly string[],
): Promise<Ended> {
  const flake = join(workspace.directory, 'deploy-rs');
  mkdirSync(flake, { recursive: true });
  const words = sshOptions.map((word) => JSON.stringify(word)).join(' ');
  const nodes = addresses.map(
    (address, index) => `deploy.nodes.host-${index} = {
      hostname = "${address}"; sshUser = "root"; sshOpts = [ ${words} ]; magicRollback = true;
      profiles.system = { user = "root"; path = "${toplevel}"; };
    };`,
  );
  writeFileSync(join(flake, 'flake.nix'), `{ outputs = _: {\n${nodes.join('\n')}\n}; }\n`);
  const env = {
    ...process.env,
    SYSTEM: toplevel,
    PATH: `${olderNix(workspace.directory)}:${process.env.PATH ?? ''}`,
  };
  return start(program, ['--skip-checks', `path:${flake}`], { env }).ended;
}
