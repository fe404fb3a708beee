import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { scenarios } from '../../rehearsal/scenarios/index';
import type { Result } from '../../rehearsal/scenarios/run-scenarios';

const PROJECT = join(__dirname, '../..');
const possible = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/sbin/sshd');
if (!possible)
  console.warn(
    'The deployment scenarios are skipped: simulated machines need root on Linux and an ssh server.',
  );

(possible ? describe : describe.skip)('what happens to a deployment', () => {
  const directory = mkdtempSync(join(tmpdir(), 'scenarios-'));
  let results: readonly Result[] = [];

  beforeAll(() => {
    // All in one process in one sandbox; each test below looks at its own.
    const words = ['rehearsal/isolate.sh', directory, 'node', 'run.cjs', 'rehearsal/scenarios/main.ts'];
    const { stdout, stderr } = spawnSync('bash', words, { cwd: PROJECT, encoding: 'utf8' });
    if (!stdout.startsWith('[')) throw new Error(`the scenarios did not run:\n${stderr}`);
    results = JSON.parse(stdout) as readonly Result[];
  });
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  test.each(scenarios.map(({ name, summary }) => [name, summary]))('%s: %s', (name) => {
    const result = results.find((candidate) => candidate.name === name);
    expect(result).toBeDefined();
    expect(result?.problem ?? '').toBe('');
  });
});
