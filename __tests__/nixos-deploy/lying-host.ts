// A host that lies, in place of ssh: it takes the script that it is sent, runs nothing of it, and talks as that would,
// but for one step. Environment: LIE, a name of lies.ts; LOG, a file that gets a line for each connection and word; TOLD, a
// file that is made once nothing more comes of this host.
import { appendFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { HONEST, lies, type Step } from './lies';

const { LIE = '', LOG = '', TOLD = '' } = process.env;
const lie = lies.find(({ name }) => name === LIE);
let input = Buffer.alloc(0);
let wake: () => void = () => undefined;
process.stdin.on('data', (chunk: Buffer) => {
  input = Buffer.concat([input, chunk]);
  wake();
});
process.stdin.on('end', () => process.exit(0));
process.stdout.on('error', () => process.exit(0));

const more = () =>
  new Promise<void>((resolve) => {
    wake = resolve;
  });

async function take(bytes: number): Promise<Buffer> {
  while (input.length < bytes) await more();
  const taken = input.subarray(0, bytes);
  input = input.subarray(bytes);
  return taken;
}

async function takeLine(): Promise<string> {
  while (!input.includes(10)) await more();
  return (await take(input.indexOf(10) + 1)).toString().trim();
}

async function main(): Promise<void> {
  const command = process.argv.at(-1) ?? '';
  const script = gunzipSync(await take(Number(/head -c (\d+)/.exec(command)?.[1]))).toString();
  const value = (name: string) => new RegExp(`^${name}='([^']*)'$`, 'm').exec(script)?.[1] ?? '';
  const words: Record<string, string> = { MARK: value('mark'), NEXT: value('next'), NONCE: 'f'.repeat(32) };
  const held = /^watchdog='/m.test(script);
  appendFileSync(LOG, `${held ? 'held' : 'new'}\n`);
  if (held) await take(Number(await takeLine()));
  const steps: readonly Step[] = held
    ? ['greeting', 'missing', 'copied', 'switching', 'switched']
    : ['ready', 'acknowledgement', 'end'];
  for (const step of steps) {
    if (step === 'acknowledgement') {
      const line = await takeLine();
      appendFileSync(LOG, `${line}\n`);
      words.NONCE = line.split(' ')[1] ?? words.NONCE ?? '';
      if (line !== 'follow' && !line.startsWith('confirm ')) break;
    }
    const here = lie?.at === step ? lie : undefined;
    const said = (here?.say ?? HONEST[step]).join('\n');
    const text = said.replace(/[A-Z]{4,5}/g, (word) => words[word] ?? word);
    if (here?.stderr !== undefined) process.stderr.write(here.stderr);
    // Also what is no UTF-8.
    process.stdout.write(Buffer.from(`${text}\n`, here?.bytes === true ? 'latin1' : 'utf8'));
    if (here?.then !== undefined) writeFileSync(TOLD, '');
    for (; here?.then === 'flood'; ) {
      if (!process.stdout.write(`${text}\n`.repeat(100)))
        await new Promise((resolve) => process.stdout.once('drain', resolve));
    }
    if (here?.then === 'exit') process.exit(here.status ?? 0);
    if (here?.then === 'hang') await new Promise(() => setInterval(() => undefined, 1000));
  }
  if (!held) writeFileSync(TOLD, '');
  await new Promise(() => setInterval(() => undefined, 1000));
}

void main();
