import { ended, equal, runs } from './expect';
import { run } from './processes';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'unsigned-paths',
  summary: 'a machine that requires signatures takes unsigned paths from whoever may become root there',
  async run(workspace) {
    const host = await workspace.host();
    const next = await workspace.system({ greeting: 'next' });
    equal('require-sigs', await host.execute('nix show-config | grep ^require-sigs'), 'require-sigs = true');
    equal('signatures', await run('nix', ['path-info', '--sigs', next]), `${next}\tultimate`);
    ended(await workspace.deploy(host, next), 0, 'confirmed');
    runs(host, next);
  },
};
