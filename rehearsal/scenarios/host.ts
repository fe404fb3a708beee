import { mkdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { kill, run, type Running, start } from './processes';

/** A simulated host. What runs on it is read from outside, whatever became of its network. */
export class Host {
  private boots = 0;
  private readonly awaitingBoot = new Set<() => void>();
  private machine: Running | undefined;

  constructor(
    private readonly source: string,
    readonly name: string,
    readonly address: string,
    /** Folder of its disk and console. */
    readonly disk: string,
  ) {
    mkdirSync(disk, { recursive: true });
  }

  /** Power on; resolves when the default target is reached. */
  async powerOn(image?: string): Promise<void> {
    this.boots = 0;
    const program = join(this.source, 'rehearsal/host/boot.py');
    const words = ['--name', this.name, '--address', this.address, '--disk', this.disk];
    this.machine = start('python3', [program, ...words, ...(image === undefined ? [] : ['--image', image])]);
    this.machine.process.stdout?.on('data', (text: string) => {
      const boots = text.split('\n').filter((line) => line.startsWith('ready ')).length;
      if (boots === 0) return;
      this.boots += boots;
      for (const resolve of this.awaitingBoot) resolve();
      this.awaitingBoot.clear();
    });
    await this.machine.shows('ready ');
  }

  /** Reboot in order; resolves when the default target is reached again. */
  async reboot(): Promise<void> {
    const booted = new Promise<void>((resolve) => this.awaitingBoot.add(resolve));
    await this.goDown();
    await booted;
  }

  /** Begin to reboot, which may end the command before it has said that it began. */
  async goDown(): Promise<void> {
    await this.execute('systemctl reboot').catch(() => undefined);
  }

  /** Cut the power and give it back; resolves when the default target is reached again. */
  async cutPower(): Promise<void> {
    await this.powerOff();
    await this.powerOn();
  }

  /** Pull the plug: every process on the host dies at once; its disk stays. */
  async powerOff(): Promise<void> {
    if (!this.machine) return;
    this.machine.process.kill('SIGTERM');
    await this.machine.ended;
    kill(this.machine);
    this.machine = undefined;
  }

  /** Start again with another ssh host key, as a machine that was replaced. */
  async replaceHostKey(): Promise<void> {
    await this.powerOff();
    const key = join(this.disk, 'root/etc/ssh/ssh_host_ed25519_key');
    for (const file of [key, `${key}.pub`]) rmSync(file);
    await this.powerOn();
  }

  /** Boots that reached the default target since it was powered on. */
  get bootCount(): number {
    return this.boots;
  }

  /** Pull out or plug in its network cable. */
  async cable(state: 'up' | 'down'): Promise<void> {
    await run('ip', ['link', 'set', `host.${this.address.split('.').slice(2).join('.')}`, state]);
  }

  /** Toplevel of the system that runs. */
  running(): string {
    return readlinkSync(`${this.inside}/run/current-system`);
  }

  /** Toplevel of the system profile. */
  profile(): string {
    const profiles = join(this.disk, 'root/nix/var/nix/profiles');
    return readlinkSync(join(profiles, readlinkSync(join(profiles, 'system'))));
  }

  /** Toplevel that the next boot takes. */
  bootDefault(): string {
    try {
      return readFileSync(join(this.disk, 'root/boot/default'), 'utf8').trim();
    } catch {
      return this.profile();
    }
  }

  /** How the machine recorded its last deployment; empty without one. */
  lastResult(): string {
    try {
      const text = readFileSync(join(this.disk, 'root/var/lib/nixos-deploy/last'), 'utf8');
      return /^result=(.*)$/m.exec(text)?.[1] ?? '';
    } catch {
      return '';
    }
  }

  /** A file of the running machine, from its root. */
  read(path: string): string {
    return readFileSync(this.outside(path), 'utf8');
  }

  /** Where a path of the running machine is seen from outside. */
  outside(path: string): string {
    return `${this.inside}${path}`;
  }

  /** Run a command as root on the host, past its network. */
  async execute(command: string): Promise<string> {
    const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup'];
    return run('nsenter', [
      ...['--target', this.initPid, ...namespaces, '--', 'env', '--ignore-environment'],
      ...['/bin/bash', '-lc', `cd /; ${command}`],
    ]);
  }

  /** Resolves when no deployment to it is under way, whatever became of the deployer; at once, or within 300 s. */
  async deployed(): Promise<void> {
    await this.execute(
      `timeout 300 sh -c 'while systemctl list-units --plain --no-legend "nixos-deploy-*.service" | grep -q .; do sleep 0.1; done'`,
    );
  }

  /** What a unit wrote to the journal, in all its boots. */
  async journal(unit: string): Promise<string> {
    return this.execute(`journalctl --sync && journalctl --unit ${unit} --output cat`);
  }

  /** What the host wrote to its console since it was first powered on. */
  console(): string {
    return readFileSync(join(this.disk, 'console.log'), 'utf8');
  }

  private get initPid(): string {
    const pid = this.machine?.process.pid;
    if (pid === undefined) throw new Error(`${this.name} is powered off`);
    // boot.py has started unshare, and that the host's PID 1.
    return this.childOf(this.childOf(String(pid)));
  }

  private childOf(pid: string): string {
    const [first = ''] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    if (first === '') throw new Error(`${this.name} has no processes`);
    return first;
  }

  private get inside(): string {
    return `/proc/${this.initPid}/root`;
  }
}
