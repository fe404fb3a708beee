// What runs in the sandbox: deployments by each contestant in turn, round by round.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { HostWorkspace } from '../../rehearsal/scenarios/host-workspace';
import { Proxy } from '../../rehearsal/scenarios/proxy';
import type { Variation } from '../../rehearsal/scenarios/systems';
import { openSharedWorkspace } from '../../rehearsal/scenarios/shared-workspace';
import { type Contestant, contestants, type Reach } from './contestants';
import { partsForDeployRs } from '../deploy-rs';
import { summarySteps, median, table } from '../figures';

/** A contestant's median, at most that many times another's. */
type Target = readonly [name: string, other: string, most: number];
/** By round-trip time, in milliseconds. */
const REDEPLOYMENT_TARGETS: readonly (readonly [roundTrip: number, targets: readonly Target[]])[] = [
  [
    0,
    [
      ['nixos-deploy', "guide's two commands", 1.12],
      ['nixos-deploy', 'deploy-rs, magic rollback', 0.62],
      ['nixos-deploy, no confirmation', "guide's two commands", 0.82],
    ],
  ],
  [
    100,
    [
      ['nixos-deploy', "guide's two commands", 1.02],
      ['nixos-deploy', 'deploy-rs, magic rollback', 0.67],
      ['nixos-deploy, no confirmation', "guide's two commands", 0.6],
    ],
  ],
];
const FIRST_COPY_TARGETS: readonly Target[] = [
  ['nixos-deploy', "guide's two commands", 1],
  ['nixos-deploy, no confirmation', "guide's two commands", 1],
];
const MB = 1_000_000;
const UNCHANGED_PATHS = 40;

type Times = ReadonlyMap<string, number[]>;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '7' },
      directory: { type: 'string', default: '' },
      cache: { type: 'string' },
      'deploy-rs': { type: 'string' },
    },
  });
  const rounds = Number(values.rounds);
  const shared = await openSharedWorkspace(process.cwd(), values.directory);
  const workspace = new HostWorkspace(shared, join(values.directory, 'workspace'), 1);
  const host = await workspace.host();
  const all = contestants(workspace, values['deploy-rs']);
  const parts = await partsForDeployRs(workspace, values['deploy-rs']);
  try {
    const references = [...(parts.references ?? [])];
    while (references.length < UNCHANGED_PATHS) references.push(await shared.systems.ballast(1000));
    for (const [roundTrip, targets] of REDEPLOYMENT_TARGETS) {
      const [ssh, http] = [
        await Proxy.to(host.address, 22, roundTrip),
        await Proxy.to(host.address, 80, roundTrip),
      ];
      const reach =
        roundTrip === 0
          ? { host, address: host.address, sshPort: 22, httpPort: 80 }
          : { host, address: '127.0.0.1', sshPort: ssh.port, httpPort: http.port };
      const { times, handshakes, steps } = await redeploy(
        workspace,
        all,
        reach,
        rounds,
        { ...parts, references },
        ssh,
      );
      console.log(
        `\nOne changed path of 10 kB, closure of ${UNCHANGED_PATHS + 1}, round-trip time ${roundTrip} ms, ms`,
      );
      show(times, roundTrip === 0 ? undefined : handshakes);
      console.log(`steps of nixos-deploy: ${steps}`);
      judge(times, targets);
      ssh.close();
      http.close();
    }
    const large: string[] = [];
    for (let count = 0; count < 8; count += 1) large.push(await shared.systems.ballast(25 * MB));
    const times = await firstCopy(
      workspace,
      all.slice(0, 3),
      { host, address: host.address, sshPort: 22, httpPort: 80 },
      rounds,
      large,
    );
    console.log('\nFirst copy of 200 MB in 8 paths, and switch, round-trip time 0, ms');
    show(times);
    judge(times, FIRST_COPY_TARGETS);
  } finally {
    await workspace.clear();
  }
}

async function redeploy(
  workspace: HostWorkspace,
  all: readonly Contestant[],
  reach: Reach,
  rounds: number,
  variation: Omit<Variation, 'greeting'>,
  proxy: Proxy,
) {
  const times = new Map(all.map(({ name }) => [name, [] as number[]]));
  const handshakes = new Map<string, number>();
  const steps = new Map<string, number[]>();
  // Round 0 warms up: host keys, caches, the first copy of what never changes.
  for (let round = 0; round <= rounds; round += 1) {
    for (const contestant of all) {
      const greeting = `g${reach.sshPort}-${round}-${contestant.name.replaceAll(/\W/g, '')}`;
      const toplevel = await workspace.system({ greeting, ...variation });
      const before = proxy.connections;
      const { milliseconds, stdout } = await measure(contestant, toplevel, greeting, reach);
      if (round === 0) continue;
      times.get(contestant.name)?.push(milliseconds);
      handshakes.set(contestant.name, proxy.connections - before);
      if (contestant.name !== 'nixos-deploy') continue;
      for (const [step, length] of summarySteps(stdout))
        steps.set(step, [...(steps.get(step) ?? []), length]);
    }
  }
  const medians = [...steps].map(([step, lengths]) => `${step} ${median(lengths).toFixed(0)}`);
  return { times, handshakes, steps: medians.join(' · ') };
}

async function firstCopy(
  workspace: HostWorkspace,
  all: readonly Contestant[],
  reach: Reach,
  rounds: number,
  references: readonly string[],
): Promise<Times> {
  const times = new Map(all.map(({ name }) => [name, [] as number[]]));
  const toplevel = await workspace.system({ greeting: 'large', references });
  for (let round = 0; round <= rounds; round += 1) {
    for (const contestant of all) {
      const { milliseconds } = await measure(contestant, toplevel, 'large', reach);
      if (round > 0) times.get(contestant.name)?.push(milliseconds);
      await forget(workspace, reach);
    }
  }
  return times;
}

/** Take the machine back to its first system, and the rest from its store. */
async function forget(workspace: HostWorkspace, { host }: Reach): Promise<void> {
  await host.execute(
    `${workspace.base}/bin/switch-to-configuration switch &&
     nix-env --profile /nix/var/nix/profiles/system --set ${workspace.base} &&
     nix-env --profile /nix/var/nix/profiles/system --delete-generations old && nix-store --gc`,
  );
}

async function measure(contestant: Contestant, toplevel: string, greeting: string, reach: Reach) {
  const began = performance.now();
  const { status, stdout, stderr } = await contestant.deploy(toplevel, greeting, reach);
  const milliseconds = performance.now() - began;
  if (status !== 0) throw new Error(`${contestant.name} ended with ${status}:\n${stdout}${stderr}`);
  if (!contestant.name.startsWith('one ') && reach.host.running() !== toplevel) {
    throw new Error(
      `${contestant.name} said that it had deployed, but ${reach.host.running()} runs:\n${stderr}`,
    );
  }
  return { milliseconds, stdout };
}

function show(times: Times, handshakes?: ReadonlyMap<string, number>): void {
  const rows = [...times].map(([name, values]) => [
    name,
    median(values).toFixed(0),
    Math.min(...values).toFixed(0),
    ...(handshakes ? [String(handshakes.get(name) ?? '-')] : []),
  ]);
  console.log(table([['', 'median', 'minimum', ...(handshakes ? ['ssh handshakes'] : [])], ...rows]));
}

function judge(times: Times, targets: readonly Target[]): void {
  for (const [name, other, most] of targets) {
    const [ours, theirs] = [times.get(name), times.get(other)];
    if (!ours || !theirs) continue;
    const ratio = median(ours) / median(theirs);
    const verdict = ratio <= most ? 'met' : 'MISSED';
    console.log(`${name} / ${other}: ${ratio.toFixed(2)}, target at most ${most}: ${verdict}`);
  }
  console.log(`load average: ${readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ')}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
