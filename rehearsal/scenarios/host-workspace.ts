import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { Host } from './host';
import { type Ended, kill, type Running, start } from './processes';
import { Proxy } from './proxy';
import type { Variation } from './systems';
import type { SharedWorkspace } from './shared-workspace';

/** In seconds; reached only by what hangs, on a busy machine too. A scenario whose limits have to pass sets its own. */
const LIMITS = {
  CONNECT_TIMEOUT: '300',
  ACTIVATION_TIMEOUT: '300',
  HEALTH_TIMEOUT: '120',
  CONFIRM_TIMEOUT: '120',
};

/** Machines, systems for them, and nixos-deploy, driven as Terraform would: by environment alone. */
export class HostWorkspace {
  /** Toplevel that every new machine runs. */
  readonly base: string;
  /** File where the deployer keeps host keys. */
  readonly knownHosts: string;
  private readonly hosts: Host[] = [];
  private readonly proxies: Proxy[] = [];
  private readonly deployments: Running[] = [];

  constructor(
    readonly shared: SharedWorkspace,
    /** Folder of this workspace's machines. */
    readonly directory: string,
    /** Third byte of its machines' addresses, so that workspaces can play side by side. */
    private readonly network: number,
  ) {
    mkdirSync(directory, { recursive: true });
    this.base = shared.base;
    this.knownHosts = join(directory, 'known_hosts');
  }

  /** Build a system; returns its toplevel. */
  async system(variation: Variation): Promise<string> {
    return this.shared.systems.make(variation);
  }

  /** A machine of its own, powered on, that runs `base`. */
  async host(): Promise<Host> {
    const host = this.machine();
    await host.powerOn(this.shared.image);
    return host;
  }

  /** A machine of its own that was never powered on: its disk is empty. */
  machine(): Host {
    const number = this.hosts.length + 1;
    const host = new Host(
      this.shared.source,
      `host-${this.network}-${number}`,
      `127.77.${this.network}.${number}`,
      join(this.directory, `host-${number}`),
    );
    this.hosts.push(host);
    return host;
  }

  /** A proxy in front of a host's ssh server. */
  async proxy(host: Host, roundTrip = 0): Promise<Proxy> {
    const proxy = await Proxy.to(host.address, 22, roundTrip);
    this.proxies.push(proxy);
    return proxy;
  }

  /** Environment that reaches a host through a proxy. */
  through(proxy: Proxy): Record<string, string> {
    return { TARGET_HOST: '127.0.0.1', SSH_PORT: String(proxy.port) };
  }

  /** What `nixos-deploy` gets to deploy a system to a host. */
  environment(host: Host, toplevel: string, more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
    return {
      ...process.env,
      ...LIMITS,
      TARGET_HOST: host.address,
      TOPLEVEL: toplevel,
      SSH_IDENTITY_FILE: this.shared.identity,
      KNOWN_HOSTS_FILE: this.knownHosts,
      ...more,
    };
  }

  /** Start a deployment. */
  begin(
    host: Host,
    toplevel: string,
    more: Readonly<Record<string, string>> = {},
    args: readonly string[] = [],
  ): Running {
    const running = start(process.execPath, [this.shared.program, ...args], {
      env: this.environment(host, toplevel, more),
      cwd: this.directory,
    });
    this.deployments.push(running);
    return running;
  }

  /** Deploy, and return how it ended. */
  async deploy(host: Host, toplevel: string, more: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.begin(host, toplevel, more).ended;
  }

  /** `nixos-deploy status`. */
  async status(host: Host, toplevel: string, more: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.begin(host, toplevel, more, ['status']).ended;
  }

  /** End everything that this workspace started. */
  async clear(): Promise<void> {
    for (const deployment of this.deployments.splice(0)) kill(deployment);
    for (const proxy of this.proxies.splice(0)) proxy.close();
    await Promise.all(this.hosts.map(async (host) => host.powerOff()));
  }
}

/** Limits that may have to pass: 10 s together, to see meanwhile what runs. */
export const BRIEF = { HEALTH_TIMEOUT: '4', CONFIRM_TIMEOUT: '6' };

/** A health check that wants a machine to answer a greeting. */
export const answers = (greeting: string): Record<string, string> => ({
  HEALTH_CHECK: `curl --silent --show-error --fail --max-time 1 "http://$TARGET_HOST/" | grep -qFx '${greeting}'`,
});
