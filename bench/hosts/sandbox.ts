// What runs in the sandbox: deployments of one system to 1, 2, 4 and 8 hosts by each contestant in turn, round by round.
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import type { Host } from '../../rehearsal/scenarios/host';
import { HostWorkspace } from '../../rehearsal/scenarios/host-workspace';
import { type Ended, kill, run, start } from '../../rehearsal/scenarios/processes';
import { openSharedWorkspace } from '../../rehearsal/scenarios/shared-workspace';
import { deployRs, partsForDeployRs } from '../deploy-rs';
import { median, table } from '../figures';
import { colmena, findColmena } from './colmena';

const NUMBERS = [1, 2, 4, 8] as const;
const MOST = 8;
const CACHE = '127.77.255.254:8125';
const UNCHANGED_PATHS = 40;
const MB = 1_000_000;

/** What changes from one deployment to the next, beside the system itself. */
const CHANGES = [
  { name: 'one path of 10 kB', bytes: [] },
  { name: '20 MB in 4 paths', bytes: [5 * MB, 5 * MB, 5 * MB, 5 * MB] },
] as const;

const OURS = 'nixos-deploy';
const CACHED = 'nixos-deploy, through the cache';
const COLMENA = 'colmena, all at once';
const DEPLOY_RS = 'deploy-rs, magic rollback';

type Target = readonly [string, string, number, number, number?];

/**
 * Targets for 8 hosts: a contestant's median, at most that many times another's for that many hosts, or, where that is
 * enough, at most so much more.
 */
const TIME_TARGETS: readonly Target[] = [
  [OURS, OURS, 1, 2.2, 1600],
  [CACHED, CACHED, 1, 2.2, 1600],
  [OURS, COLMENA, MOST, 0.4],
  [OURS, DEPLOY_RS, MOST, 0.25],
];
const BYTE_TARGETS: readonly Target[] = [
  [CACHED, CACHED, 1, 1.1],
  [CACHED, COLMENA, MOST, 0.4],
  [CACHED, DEPLOY_RS, MOST, 0.25],
];

interface Contestant {
  readonly name: string;
  readonly deploy: (toplevel: string, greeting: string, hosts: readonly Host[]) => Promise<readonly Ended[]>;
}

interface Measured {
  readonly milliseconds: number;
  readonly bytes: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '3' },
      directory: { type: 'string', default: '' },
      cache: { type: 'string' },
      'deploy-rs': { type: 'string' },
    },
  });
  const shared = await openSharedWorkspace(process.cwd(), values.directory);
  const workspace = new HostWorkspace(shared, join(values.directory, 'workspace'), 1);
  const cache = join(workspace.directory, 'cache');
  mkdirSync(cache);
  const server = start('busybox', ['httpd', '-f', '-p', CACHE, '-h', cache]);
  try {
    const hosts: Host[] = [];
    while (hosts.length < MOST) hosts.push(await workspace.host());
    const parts = await partsForDeployRs(workspace, values['deploy-rs']);
    const all = contestants(workspace, cache, values['deploy-rs'], findColmena());
    await countBytes();
    const unchanged = [...(parts.references ?? [])];
    while (unchanged.length < UNCHANGED_PATHS) unchanged.push(await shared.systems.ballast(1000));
    for (const change of CHANGES) {
      const measured = new Map<string, Measured[]>();
      // Round 0 warms up: host keys, the first copy of what never changes.
      for (let round = 0; round <= Number(values.rounds); round += 1) {
        for (const contestant of all) {
          for (const number of round === 0 ? [MOST] : NUMBERS) {
            const greeting = `g${change.bytes.length}-${round}-${number}-${contestant.name.replaceAll(/\W/g, '')}`;
            const references = [...unchanged];
            for (const bytes of change.bytes) references.push(await shared.systems.ballast(bytes));
            const toplevel = await workspace.system({ greeting, ...parts, references });
            const one = await measure(contestant, toplevel, greeting, hosts.slice(0, number), cache);
            const key = keyOf(contestant.name, number);
            if (round > 0) measured.set(key, [...(measured.get(key) ?? []), one]);
          }
        }
      }
      report(change.name, all, measured);
    }
    console.log(`load average: ${readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ')}`);
  } finally {
    kill(server);
    await workspace.clear();
  }
}

function contestants(
  workspace: HostWorkspace,
  cache: string,
  deployRsProgram: string | undefined,
  colmenaProgram: string | undefined,
): readonly Contestant[] {
  const sshOptions = [
    ...['-i', workspace.shared.identity, '-o', 'StrictHostKeyChecking=accept-new'],
    ...['-o', `UserKnownHostsFile=${join(workspace.directory, 'known_hosts.others')}`],
  ];
  const addresses = (hosts: readonly Host[]) => hosts.map(({ address }) => address);
  const key = { BINARY_CACHE_KEY_FILE: join(workspace.directory, 'binary-cache.key') };
  const deployAll = async (
    toplevel: string,
    greeting: string,
    hosts: readonly Host[],
    more: Readonly<Record<string, string>> = {},
  ) =>
    Promise.all(
      hosts.map(async (host) =>
        workspace.deploy(host, toplevel, {
          KEEP_GENERATIONS: '999',
          HEALTH_CHECK: `curl -sSf --max-time 5 http://${host.address}/ | grep -qFx ${greeting}`,
          ...more,
        }),
      ),
    );
  const list: Contestant[] = [
    { name: OURS, deploy: deployAll },
    {
      name: CACHED,
      deploy: async (toplevel, greeting, hosts) => {
        const [first] = hosts;
        if (first === undefined) return [];
        const where = { BINARY_CACHE: `file://${cache}`, TOPLEVELS: toplevel, ...key };
        const pushed = await workspace.begin(first, '', where, ['push']).ended;
        const pulls = { BINARY_CACHE: `http://${CACHE}`, ...key };
        return [pushed, ...(await deployAll(toplevel, greeting, hosts, pulls))];
      },
    },
  ];
  if (colmenaProgram !== undefined) {
    list.push({
      name: COLMENA,
      deploy: async (toplevel, _, hosts) => [
        await colmena(workspace, colmenaProgram, toplevel, addresses(hosts), sshOptions),
      ],
    });
  }
  if (deployRsProgram !== undefined) {
    list.push({
      name: DEPLOY_RS,
      deploy: async (toplevel, _, hosts) => [
        await deployRs(workspace, deployRsProgram, toplevel, addresses(hosts), sshOptions),
      ],
    });
  }
  return list;
}

async function measure(
  { name, deploy }: Contestant,
  toplevel: string,
  greeting: string,
  hosts: readonly Host[],
  cache: string,
): Promise<Measured> {
  const before = (await bytesToHosts()) + sizeOf(cache);
  const began = performance.now();
  const ended = await deploy(toplevel, greeting, hosts);
  const milliseconds = performance.now() - began;
  for (const { status, stdout, stderr } of ended) {
    if (status !== 0) throw new Error(`${name} ended with ${status}:\n${stdout}${stderr}`);
  }
  for (const host of hosts) {
    if (host.running() !== toplevel) throw new Error(`${name}: ${host.name} runs ${host.running()}`);
  }
  return { milliseconds, bytes: (await bytesToHosts()) + sizeOf(cache) - before };
}

/** Count what the deployer sends to ssh servers. What hosts pull from the cache is not the deployer's. */
async function countBytes(): Promise<void> {
  const rules = [
    'add table inet sent',
    'add counter inet sent to_hosts',
    'add chain inet sent out { type filter hook output priority 0; }',
    'add rule inet sent out ip daddr 127.77.0.0/16 tcp dport 22 counter name "to_hosts"',
  ];
  await run('nft', [rules.join('; ')]);
}

async function bytesToHosts(): Promise<number> {
  const [, bytes] =
    /bytes (\d+)/.exec(await run('nft', ['list', 'counter', 'inet', 'sent', 'to_hosts'])) ?? [];
  return Number(bytes);
}

/** Bytes of all that is in a folder: what was pushed into the cache. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(folder, name)))
    .reduce((sum, one) => sum + (one.isFile() ? one.size : 0), 0);
}

const keyOf = (name: string, number: number): string => `${name} ${number}`;

function report(
  change: string,
  all: readonly Contestant[],
  measured: ReadonlyMap<string, readonly Measured[]>,
): void {
  const medianOf = (what: keyof Measured, name: string, number: number) => {
    const values = measured.get(keyOf(name, number));
    return values && median(values.map((one) => one[what]));
  };
  const rows = (what: keyof Measured, show: (value: number) => string) =>
    all.map(({ name }) => [name, ...NUMBERS.map((number) => show(medianOf(what, name, number) ?? NaN))]);
  const head = NUMBERS.map(String);
  console.log(`\nChanged: ${change}. Median ms by number of hosts`);
  console.log(table([['', ...head], ...rows('milliseconds', (value) => value.toFixed(0))]));
  console.log('kB from the deployer');
  console.log(table([['', ...head], ...rows('bytes', (value) => (value / 1000).toFixed(0))]));
  for (const [what, targets] of [
    ['milliseconds', TIME_TARGETS],
    ['bytes', BYTE_TARGETS],
  ] as const) {
    for (const [name, other, number, most, more] of targets) {
      const [ours, theirs] = [medianOf(what, name, MOST), medianOf(what, other, number)];
      if (ours === undefined || theirs === undefined) continue;
      const ratio = ours / theirs;
      const isMet = ratio <= most || (more !== undefined && ours - theirs <= more);
      const difference = more === undefined ? '' : `, ${(ours - theirs).toFixed(0)} more`;
      const target = more === undefined ? `${most}` : `${most} or ${more} more`;
      console.log(
        `${what} of ${name} for ${MOST} hosts / ${other} for ${number}: ${ratio.toFixed(2)}${difference}, target at most ${target}: ${isMet ? 'met' : 'MISSED'}`,
      );
    }
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
