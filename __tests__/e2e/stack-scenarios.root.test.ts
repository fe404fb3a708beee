import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

import { mainStackScenarios, stackScenarios } from '../../rehearsal/stack-scenarios';

const PROJECT = resolve(__dirname, '../..');
const others = stackScenarios.filter((scenario) => !mainStackScenarios.includes(scenario));
const alone = others.filter(({ ownCloud }) => ownCloud).map(({ name }) => [name]);
const together = others.filter(({ ownCloud }) => !ownCloud).map(({ name }) => name);

async function rehearse(names: readonly string[]): Promise<{ status: number | null; end: string }> {
  const words = names.flatMap((name) => ['--scenario', name]);
  const child = spawn('node', ['run.cjs', 'rehearsal/rehearse.ts', ...words], { cwd: PROJECT });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (printed += text.toString()));
  const status = await new Promise<number | null>((done) => child.once('close', done));
  return { status, end: printed.split('\n').slice(-30).join('\n') };
}

// Those that share a cloud run side by side: they mostly wait for the provider.
const groups = [together, ...alone];
test.each(groups.map((names) => [names.join(', '), names]))('as promised: %s', async (_, names) => {
  const { status, end } = await rehearse(names);
  expect(`${end}\nexit status ${status}`).toMatch(/^Leaked resources: none\.\n+exit status 0$/m);
});
