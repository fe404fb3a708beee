import { readConsoleKeys } from './console-keys';
import type { Output } from './display';
import { Failure } from './exit-status';
import { fingerprintOf, type Identity, KnownHosts, nameOf } from './known-hosts';
import { quoted } from './display';
import type { Settings } from './settings';
import { JUMP_ALIAS, type Ssh, TARGET_ALIAS } from './ssh';

/** Which keys a deployment trusts, and what becomes of those that ssh learns. */
export class HostKeys {
  private readonly host: Identity;
  private readonly jump: Identity | undefined;
  private readonly known: KnownHosts;
  private origin = 'the recorded one';

  constructor(
    private readonly settings: Settings,
    private readonly ssh: Ssh,
    private readonly output: Output,
  ) {
    const { TARGET_HOST, SSH_PORT, INSTANCE_ID, SSH_JUMP, KNOWN_HOSTS_FILE } = settings;
    this.host = {
      name: nameOf(TARGET_HOST, SSH_PORT),
      instance: INSTANCE_ID,
      authenticated: settings.HOST_KEY === 'console',
    };
    this.jump =
      SSH_JUMP === ''
        ? undefined
        : { name: nameOf(SSH_JUMP.host, SSH_JUMP.port || 22), instance: '', authenticated: false };
    this.known = new KnownHosts(KNOWN_HOSTS_FILE);
  }

  /** Finds the keys to trust: recorded ones, else those of the console, else the first that comes, as HOST_KEY says. */
  async prepare(env: NodeJS.ProcessEnv): Promise<void> {
    const { name, instance } = this.host;
    for (const other of this.known.superseded(this.host)) {
      this.output.say(
        `the recorded host key of ${name} was that of ${other || 'an unnamed host'}, and this is ${instance}: dropped`,
      );
    }
    const jumpKeys = this.jump === undefined ? [] : this.known.keysOf(this.jump);
    const recorded = this.known.keysOf(this.host);
    if (recorded.length > 0) {
      this.ssh.trust(recorded, jumpKeys);
    } else if (this.host.authenticated) {
      const { KNOWN_HOSTS_FILE, CONNECT_TIMEOUT } = this.settings;
      const where = { instance, host: name, knownHostsFile: KNOWN_HOSTS_FILE, limit: CONNECT_TIMEOUT };
      this.ssh.trust(await readConsoleKeys(where, env, this.output), jumpKeys);
      this.origin = `the one on the console of ${instance}`;
    } else {
      this.output.say(
        `no host key of ${name} is known: the first one that it shows is taken, unauthenticated (HOST_KEY=first-use)`,
      );
      this.ssh.trust([], jumpKeys);
    }
  }

  /** Once the host has let us in: keeps what ssh has learnt, in the project's file. */
  async record(): Promise<void> {
    this.ssh.trustLearnt();
    const learnt = [this.host, ...(this.jump === undefined ? [] : [this.jump])].flatMap((identity) => {
      const before = new Set(this.known.keysOf(identity));
      const alias = identity === this.host ? TARGET_ALIAS : JUMP_ALIAS;
      return this.ssh
        .keysOf(alias)
        .filter((key) => !before.has(key))
        .map((key) => ({ name: identity.name, key }));
    });
    if (learnt.length === 0 && !this.known.lacksInstance(this.host)) return;
    for (const name of await this.known.record(this.host, learnt)) {
      this.output.say(`first contact: recorded the host key of ${name} in ${this.known.file}`);
    }
  }

  /** What to say of a key that ssh has refused. */
  refusal(stderr: string): Failure {
    const offered = /SHA256:[A-Za-z0-9+/]+/.exec(stderr)?.[0] ?? 'not shown by ssh';
    if (this.jump !== undefined && stderr.includes(JUMP_ALIAS)) {
      const { name } = this.jump;
      return new Failure(
        'hostKey',
        `the host key of the jump host ${name} is not the recorded one: refused, nothing was changed`,
        `expected: ${this.expected(JUMP_ALIAS)}`,
        `offered:  ${offered}`,
        `Was the jump host replaced? Then forget its key: ${this.forget(name)}`,
        'If not, someone may be answering in its place.',
      );
    }
    const { name } = this.host;
    return new Failure(
      'hostKey',
      `the host key of ${name} is not ${this.origin}: refused, nothing was changed`,
      `expected: ${this.expected(TARGET_ALIAS)}`,
      `offered:  ${offered}`,
      'Was the host replaced? Deploy with INSTANCE_ID set to that of the new one (Terraform does), or forget the key:',
      `  ${this.forget(name)}`,
      'If not, someone may be answering in its place: compare with the key on its console (aws ec2 get-console-output).',
    );
  }

  private expected(alias: typeof TARGET_ALIAS | typeof JUMP_ALIAS): string {
    return this.ssh.keysOf(alias).map(fingerprintOf).join(' ') || 'none';
  }

  private forget(name: string): string {
    return `ssh-keygen -R '${name}' -f ${quoted(this.known.file)}`;
  }
}
