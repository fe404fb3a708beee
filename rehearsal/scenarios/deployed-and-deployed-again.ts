import { ended, equal, runs } from './expect';
import { answers } from './host-workspace';
import type { Scenario } from './scenario';

/** A health check that also wants this machine's garbage collection to leave the system alone. */
const kept = ({ HEALTH_CHECK = '' }: Readonly<Record<string, string>>) => ({
  HEALTH_CHECK: `nix-store --query --roots "$TOPLEVEL" | grep -q /toplevel && ${HEALTH_CHECK}`,
});

export const scenario: Scenario = {
  name: 'deployed-and-deployed-again',
  summary:
    'a system is deployed, its boot default too; the second time there is nothing to do; status agrees',
  async run(workspace) {
    const host = await workspace.host();
    const next = await workspace.system({ greeting: 'next' });
    ended(await workspace.status(host, next), 1, 'not the selected system');
    ended(await workspace.deploy(host, next, kept(answers('next'))), 0, 'confirmed', 'copied', 'old system');
    runs(host, next);
    // Not by way of the profile: the boot loader itself was set.
    equal('boot loader', host.read('/boot/default').trim(), next);
    ended(await workspace.deploy(host, next), 0, 'already runs');
    const status = await workspace.status(host, next);
    ended(status, 0, 'confirmed');
    equal(
      'lines that name another system as running',
      (status.stdout.match(/not the selected/g) ?? []).length,
      0,
    );
  },
};
