import { join } from 'node:path';

import type { Host } from '../../rehearsal/scenarios/host';
import type { HostWorkspace } from '../../rehearsal/scenarios/host-workspace';
import { type Ended, start } from '../../rehearsal/scenarios/processes';
import { deployRs } from '../deploy-rs';

/** Where a contestant reaches the machine: ssh and the health check may go through proxies. */
export interface Reach {
  readonly host: Host;
  readonly address: string;
  readonly sshPort: number;
  readonly httpPort: number;
}

/** One way to bring a system to a machine. */
export interface Contestant {
  readonly name: string;
  readonly deploy: (toplevel: string, greeting: string, reach: Reach) => Promise<Ended>;
}

/** The ways that are compared. deploy-rs takes part where `deploy` is the path of its program. */
export function contestants(workspace: HostWorkspace, deploy: string | undefined): readonly Contestant[] {
  const { identity } = workspace.shared;
  const options = (port: number) => [
    ...['-i', identity, '-p', String(port), '-o', 'StrictHostKeyChecking=accept-new'],
    ...['-o', `UserKnownHostsFile=${join(workspace.directory, 'known_hosts.others')}`],
  ];
  const shell = (script: string, port: number, ...args: readonly string[]) =>
    start('sh', ['-euc', script, 'sh', ...args], {
      env: { ...process.env, NIX_SSHOPTS: options(port).join(' ') },
    }).ended;
  const ours = (
    name: string,
    more: (greeting: string, reach: Reach) => Record<string, string>,
  ): Contestant => ({
    name,
    deploy: async (toplevel, greeting, reach) =>
      workspace.deploy(reach.host, toplevel, {
        ...{ TARGET_HOST: reach.address, SSH_PORT: String(reach.sshPort), KEEP_GENERATIONS: '999' },
        ...{ HEALTH_TIMEOUT: '60', CONFIRM_TIMEOUT: '30' },
        ...more(greeting, reach),
      }),
  });

  const list: Contestant[] = [
    ours('nixos-deploy', (greeting, reach) => ({
      HEALTH_CHECK: `curl -sSf --max-time 5 http://${reach.address}:${reach.httpPort}/ | grep -qFx ${greeting}`,
    })),
    ours('nixos-deploy, no confirmation', () => ({ CONFIRM_TIMEOUT: '0' })),
    {
      name: "guide's two commands",
      deploy: async (toplevel, _, { address, sshPort }) =>
        shell(
          'nix-copy-closure --to "root@$2" "$1"; ssh $NIX_SSHOPTS "root@$2" "$1/bin/switch-to-configuration" switch',
          sshPort,
          toplevel,
          address,
        ),
    },
    {
      name: 'one `ssh true`',
      deploy: async (_, __, { address, sshPort }) =>
        shell('ssh $NIX_SSHOPTS "root@$1" true', sshPort, address),
    },
  ];
  if (deploy !== undefined) {
    list.push({
      name: 'deploy-rs, magic rollback',
      deploy: async (toplevel, _, { address, sshPort }) =>
        deployRs(workspace, deploy, toplevel, [address], options(sshPort)),
    });
  }
  return list;
}
