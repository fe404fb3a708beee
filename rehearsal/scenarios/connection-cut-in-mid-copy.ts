import { copies, ended, runs } from './expect';
import type { HostWorkspace } from './host-workspace';
import type { Scenario } from './scenario';

const MB = 1_000_000;
const PATHS = 8;

export const scenario: Scenario = {
  name: 'connection-cut-in-mid-copy',
  summary: 'exit 12, the machine runs what it ran; the next deployment copies only what had not arrived',
  async run(workspace) {
    await cut(workspace, 2 * MB);
    // A large copy goes another way.
    await cut(workspace, 10 * MB);
  },
};

async function cut(workspace: HostWorkspace, bytes: number): Promise<void> {
  const host = await workspace.host();
  const proxy = await workspace.proxy(host);
  const references: string[] = [];
  for (let count = 0; count < PATHS; count += 1)
    references.push(await workspace.shared.systems.ballast(bytes));
  const next = await workspace.system({ greeting: 'next', references });
  proxy.cutAfterBytes((PATHS / 2) * bytes + MB);
  const first = await workspace.deploy(host, next, workspace.through(proxy));
  ended(first, 12, 'goes on from there');
  runs(host, workspace.base);
  const again = await workspace.deploy(host, next, workspace.through(proxy));
  ended(again, 0);
  if (copies(again) >= copies(first)) throw new Error(`all was copied again:\n${again.stderr}`);
  runs(host, next);
}
