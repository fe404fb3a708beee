import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');

/** Rehearse these stack scenarios, and expect that each ends as promised and leaks nothing. */
export async function expectAsPromised(names: readonly string[]): Promise<void> {
  const words = names.flatMap((name) => ['--scenario', name]);
  const child = spawn('node', ['run.cjs', 'rehearsal/rehearse.ts', ...words], { cwd: PROJECT });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (printed += text.toString()));
  const status = await new Promise<number | null>((done) => child.once('close', done));
  const end = printed.split('\n').slice(-30).join('\n');
  expect(`${end}\nexit status ${status}`).toMatch(/^Leaked resources: none\.\n+exit status 0$/m);
}
