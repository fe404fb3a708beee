import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

import type { HostWorkspace } from '../../rehearsal/scenarios/host-workspace';
import { type Ended, run, start } from '../../rehearsal/scenarios/processes';

/** Where colmena is; undefined where it is not, or another program of that name. */
export function findColmena(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), join(homedir(), '.cargo/bin')];
  const found = folders.map((folder) => join(folder, 'colmena')).find((path) => existsSync(path));
  if (found !== undefined && spawnSync(found, ['apply', '--help']).status === 0) return found;
  console.log('colmena is not installed, so it does not take part');
  return undefined;
}

/** Deploy a system to hosts at these addresses, all at once. The hive is what `makeHive` would evaluate to, by hand. */
export async function colmena(
  workspace: HostWorkspace,
  program: string,
  toplevel: string,
  addresses: readonly string[],
  sshOptions: readonly string[],
): Promise<Ended> {
  const flake = join(workspace.directory, 'colmena');
  mkdirSync(flake, { recursive: true });
  const words = sshOptions.map((word) => JSON.stringify(word)).join(' ');
  const derivation = await run('nix-store', ['--query', '--deriver', toplevel]);
  const nodes = addresses.map(
    (address, index) => `host-${index} = {
      targetHost = "${address}"; targetUser = "root"; targetPort = null; sshOptions = [ ${words} ];
      allowLocalDeployment = false; buildOnTarget = false; replaceUnknownProfiles = true;
      privilegeEscalationCommand = [ ]; tags = [ ]; keys = { };
    };`,
  );
  writeFileSync(
    join(flake, 'flake.nix'),
    `{ outputs = _: { colmenaHive = rec {
      __schema = "v0.5";
      metaConfig = { allowApplyAll = true; machinesFile = null; };
      nodes = deploymentConfig;
      deploymentConfig = {\n${nodes.join('\n')}\n};
      deploymentConfigSelected = builtins.foldl' (all: name: all // { \${name} = deploymentConfig.\${name}; }) { };
      evalSelectedDrvPaths = builtins.foldl' (all: name: all // { \${name} = "${derivation}"; }) { };
    }; }; }\n`,
  );
  const args = [
    'apply',
    'switch',
    '--config',
    join(flake, 'flake.nix'),
    '--parallel',
    '0',
    '--no-substitute',
  ];
  return start(program, [...args, '--eval-node-limit', '0'], { cwd: flake }).ended;
}
