import { randomUUID } from 'node:crypto';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ended } from './expect';
import type { Host } from './host';
import type { HostWorkspace } from './host-workspace';
import { run, start } from './processes';

/** Folder of a machine's secrets. */
export const STORE = '/var/lib/secrets';

/** A deployer's encrypted secrets, made with the project's own tool. */
export class Secrets {
  readonly folder: string;

  private constructor(private readonly workspace: HostWorkspace) {
    this.folder = join(workspace.directory, 'secrets');
    mkdirSync(this.folder);
  }

  /** A folder without secrets yet, for the key of the workspace's deployer. */
  static async open(workspace: HostWorkspace): Promise<Secrets> {
    const secrets = new Secrets(workspace);
    writeFileSync(
      join(secrets.folder, 'recipients'),
      `${await run('ssh-keygen', ['-y', '-f', workspace.shared.identity])}\n`,
    );
    return secrets;
  }

  /** Give a secret a value. */
  async set(name: string, value: string): Promise<void> {
    const tool = join(this.workspace.shared.source, 'secrets/secrets.sh');
    // The value comes by a file, as from an editor: in an argument it would be found later.
    const draft = join('/dev/shm', `draft-${randomUUID()}`);
    writeFileSync(draft, value, { mode: 0o600 });
    const environment = { ...process.env, ...this.environment, VISUAL: `mv -f ${draft}` };
    ended(await start(tool, ['edit', name], { env: environment }).ended, 0);
  }

  /** What nixos-deploy gets to deliver them. */
  get environment(): Readonly<Record<string, string>> {
    return { SECRETS_DIR: this.folder, AGE_IDENTITY_FILE: this.workspace.shared.identity };
  }
}

/** Files of a system that asks for secrets, as nix/modules/secrets.nix writes them: one line each. */
export function asksFor(...lines: readonly string[]): Readonly<Record<string, string>> {
  return { 'etc/nixos-deploy/secrets': lines.map((line) => `${line}\n`).join('') };
}

/** A service that takes the secret `token` as a credential and shows it to nobody. */
export const vault: Readonly<Record<string, string>> = {
  'vault.service': [
    '[Unit]',
    'Description=keeps the token',
    '[Service]',
    'Type=exec',
    `LoadCredential=token:${STORE}/token`,
    'ExecStart=/bin/sh -c "test -s $CREDENTIALS_DIRECTORY/token && exec sleep infinity"',
    '',
  ].join('\n'),
};

/** `OWNER:GROUP MODE` of a file on a machine, in numbers. */
export function ownership(host: Host, path: string): string {
  const { uid, gid, mode } = statSync(host.outside(path));
  return `${uid}:${gid} ${(mode & 0o7777).toString(8)}`;
}

/** Which run of a service is the present one: another after each restart. */
export async function runOf(host: Host, unit: string): Promise<string> {
  return host.execute(`systemctl show --property=InvocationID --value ${unit}`);
}
