import { ended, equal, runs } from './expect';
import { answers } from './host-workspace';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'health-check-fails',
  summary:
    'exit 15 with what the check said; rolled back at once, not at the limit; a check that hangs is ended, and one behaves as in any shell',
  async run(workspace) {
    const host = await workspace.host();
    const wrong = await workspace.system({ greeting: 'wrong' });
    // A rollback at that limit would be later than any scenario may end.
    const failed = await workspace.deploy(host, wrong, {
      ...answers('right'),
      HEALTH_TIMEOUT: '2',
      CONFIRM_TIMEOUT: '2000',
    });
    ended(failed, 15, 'not healthy within 2 s', 'is back at');
    runs(host, workspace.base);

    const hanging = await workspace.deploy(host, wrong, {
      HEALTH_CHECK: 'echo still waiting; sleep 1000',
      HEALTH_TIMEOUT: '10',
    });
    ended(hanging, 15, 'still waiting', 'unfinished');
    runs(host, workspace.base);

    const right = await workspace.system({ greeting: 'right' });
    const closing = { HEALTH_CHECK: 'yes | head -n 1; [ "${PIPESTATUS[*]}" = "141 0" ]' };
    ended(await workspace.deploy(host, right, closing), 0, 'confirmed');
    ended(await workspace.deploy(host, workspace.base), 0, 'confirmed');
    ended(await workspace.deploy(host, right, answers('right')), 0, 'confirmed');
    equal('last result', host.lastResult(), 'confirmed');
    runs(host, right);
  },
};
