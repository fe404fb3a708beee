import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ended, runs } from './expect';
import type { Scenario } from './scenario';

const MB = 1_000_000;

export const scenario: Scenario = {
  name: 'remains-of-an-interrupted-copy',
  summary: 'half a path that nix does not know is no copy of it: it is found out, and copied whole',
  async run(workspace) {
    const host = await workspace.host();
    const part = await workspace.shared.systems.ballast(1000);
    // What refers to it comes first, and fails when there is much more still to be sent.
    const first = await workspace.system({ greeting: 'first', references: [part] });
    const files = { large: 'x'.repeat(30 * MB) };
    const next = await workspace.system({ greeting: 'next', files, references: [first] });
    mkdirSync(join(host.disk, 'root', part));
    writeFileSync(join(host.disk, 'root', part, 'data'), 'half');
    ended(await workspace.deploy(host, next), 0, 'had left something behind', 'confirmed');
    runs(host, next);
    await host.execute(`nix-store --verify-path ${next} ${part}`);
  },
};
