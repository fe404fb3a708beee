import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { Connection } from './connection';
import { parseKeyLine, type HostKey } from './known-hosts';
import { start } from './processes';
import type { Settings } from './settings';
import type { WorkFolder } from './work-folder';

/** Names that ssh finds the two hosts' keys under, in files that hold nothing else. */
export const TARGET_ALIAS = 'nixos-deploy-target';
export const JUMP_ALIAS = 'nixos-deploy-jump-host';

/** One deployment's connection attempt, as the host knows it. */
export interface Session {
  /** Names the folder and the units on the host. */
  readonly id: string;
  /** What lines begin with that are the host's word. Known to root on the host alone. */
  readonly mark: string;
}

/** Seconds of silence, on a connection that is held, after which the other side is gone. */
const KEEPALIVE = { interval: 15, count: 4 };

/** ssh to the host, of which nothing that the user has configured weakens the trust in host keys. */
export class Ssh {
  /** Whether a first key is taken as it comes. */
  private acceptsNew = false;

  constructor(
    private readonly settings: Settings,
    private readonly work: WorkFolder,
  ) {
    // The user's own configuration, and what must not be sent whatever that says.
    writeFileSync(
      work.file('config'),
      'Include ~/.ssh/config\nInclude /etc/ssh/ssh_config\nMatch all\n  SendEnv -*\n',
    );
  }

  /** Trust these keys alone; without any, the first one that the host shows. */
  trust(keys: readonly HostKey[], jumpKeys: readonly HostKey[]): void {
    this.acceptsNew = keys.length === 0;
    this.writeKeys(TARGET_ALIAS, keys);
    this.writeKeys(JUMP_ALIAS, jumpKeys);
  }

  /** From now on, keys that were taken as they came have to stay. */
  trustLearnt(): void {
    this.acceptsNew = false;
  }

  /** Keys that ssh has for a host. */
  keysOf(alias: typeof TARGET_ALIAS | typeof JUMP_ALIAS): readonly HostKey[] {
    const file = this.work.file(alias);
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line) => parseKeyLine(line)?.key ?? []);
  }

  /**
   * Connect, and run a script there as root. The script is counted off standard input, compressed, so nothing of it has to
   * pass through the login shell's quoting, and what follows it is its own input.
   */
  connect(script: string, session: Session, seconds: number, held: boolean): Connection {
    const { TARGET_HOST, SSH_USER } = this.settings;
    const packed = gzipSync(script);
    const shell = `sh -c 'eval "$(head -c ${packed.length} | gzip -d)"'`;
    // The held connection can carry a further session; nothing but a new connection proves that new ones are let in.
    const sharing = held
      ? ['-o', 'ControlMaster=yes', '-o', `ControlPath=${session.id}`]
      : ['-o', 'ControlMaster=no', '-o', 'ControlPath=none'];
    const words = [
      ...this.options(),
      ...sharing,
      ...['-o', `ConnectTimeout=${Math.max(1, Math.min(10, seconds))}`],
      ...['--', TARGET_HOST, SSH_USER === 'root' ? shell : `sudo -n ${shell}`],
    ];
    const ssh = start('ssh', words, { cwd: this.work.path, stdio: 'pipe' });
    const connection = new Connection(ssh, `@${session.mark} `);
    connection.write(packed);
    return connection;
  }

  private options(): readonly string[] {
    const { SSH_USER, SSH_PORT, SSH_JUMP } = this.settings;
    return [
      ...['-T', '-l', SSH_USER, '-p', String(SSH_PORT)],
      ...this.common(TARGET_ALIAS, this.acceptsNew ? 'accept-new' : 'yes'),
      ...option('RequestTTY', 'no'),
      ...option('RemoteCommand', 'none'),
      ...option('ControlPersist', 'no'),
      // One that processors have instructions for.
      ...option('Ciphers', '^aes128-gcm@openssh.com'),
      ...option('ServerAliveInterval', String(KEEPALIVE.interval)),
      ...option('ServerAliveCountMax', String(KEEPALIVE.count)),
      ...(SSH_JUMP === '' ? [] : option('ProxyCommand', this.jumpCommand(SSH_JUMP))),
    ];
  }

  /** Options of the connection and of the one through the jump host alike. */
  private common(alias: string, strict: 'yes' | 'accept-new'): readonly string[] {
    const { SSH_IDENTITY_FILE } = this.settings;
    const options = {
      BatchMode: 'yes',
      LogLevel: 'ERROR',
      HostKeyAlias: alias,
      UserKnownHostsFile: alias,
      GlobalKnownHostsFile: '/dev/null',
      KnownHostsCommand: 'none',
      StrictHostKeyChecking: strict,
      NoHostAuthenticationForLocalhost: 'no',
      HashKnownHosts: 'no',
      CheckHostIP: 'no',
      UpdateHostKeys: 'no',
      VerifyHostKeyDNS: 'no',
      ForwardAgent: 'no',
      ForwardX11: 'no',
      ForwardX11Trusted: 'no',
      GSSAPIDelegateCredentials: 'no',
      ClearAllForwardings: 'yes',
      PermitLocalCommand: 'no',
      Tunnel: 'no',
    };
    return [
      ...['-F', 'config'],
      ...Object.entries(options).flatMap(([name, value]) => option(name, value)),
      ...(SSH_IDENTITY_FILE === '' ? [] : [...option('IdentitiesOnly', 'yes'), '-i', SSH_IDENTITY_FILE]),
    ];
  }

  /** Not -J: that would ask and change the user's own known_hosts for the jump host. */
  private jumpCommand({ user, host, port }: Exclude<Settings['SSH_JUMP'], ''>): string {
    const words = [
      'ssh',
      ...this.common(JUMP_ALIAS, 'accept-new'),
      ...option('ControlPath', 'none'),
      ...(user === '' ? [] : ['-l', user]),
      ...(port === '' ? [] : ['-p', port]),
    ];
    return `${words.map(shellQuoted).join(' ')} -W [%h]:%p ${host}`;
  }

  private writeKeys(alias: string, keys: readonly HostKey[]): void {
    writeFileSync(this.work.file(alias), keys.map((key) => `${alias} ${key}\n`).join(''));
  }
}

const option = (name: string, value: string): readonly string[] => ['-o', `${name}=${value}`];

/** A word for a shell; ssh's own % sequences are escaped. */
function shellQuoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`).replaceAll('%', '%%')}'`;
}

/** Options of a further session on the held connection. Without one, ssh must not connect by itself. */
export const SESSION_OPTIONS = ['-F', 'none', '-o', 'ProxyCommand=false', '-o', 'BatchMode=yes'] as const;
