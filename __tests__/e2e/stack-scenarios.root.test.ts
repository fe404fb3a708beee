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

// Side by side: they mostly wait for the provider.
const groups = [together, ...alone];
let ended: ReadonlyMap<string, Promise<{ status: number | null; end: string }>>;
beforeAll(() => {
  ended = new Map(groups.map((names) => [names.join(), rehearse(names)]));
});

test.each(groups.map((names) => [names.join(', '), names.join()]))('as promised: %s', async (_, group) => {
  expect(await ended.get(group)).toMatchObject({
    status: 0,
    end: expect.stringContaining('Leaked resources: none.') as unknown,
  });
});
