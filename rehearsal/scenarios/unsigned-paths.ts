import { ended, equal, runs } from './expect';
import { run } from './processes';
import type { Scenario } from './scenario';

export const scenario: Scenario = {
  name: 'unsigned-paths',
  summary: 'a machine that requires signatures takes unsigned paths from whoever may become root there',
  async run(workspace) {
    const host = await workspace.host();
    const next = await workspace.system({ greeting: 'next' });
    const settings = await host.execute('nix --extra-experimental-features nix-command show-config');
    equal('require-sigs', settings.includes('\nrequire-sigs = true\n'), true);
    equal('signatures', await run('nix', ['path-info', '--sigs', next]), `${next}\tultimate`);
    ended(await workspace.deploy(host, next), 0, 'confirmed');
    runs(host, next);
  },
};
