import { makeSecretKey } from './cache-key';
import { Deadline } from './deadline';
import { linesOf, type Output } from './display';
import { Failure } from './exit-status';
import { end, start } from './processes';
import type { Settings } from './settings';

/** Seconds without a word of nix after which a push stands still: one large path may take that long. */
const STANDSTILL = 1800;
/** Seconds between two lines of progress. */
const PROGRESS = 10;

/**
 * Brings systems with all that they refer to into the binary cache, signed, so that many hosts can have them from there.
 * A cache that cannot be written is no failure: the hosts are then sent what they lack.
 */
export async function push(settings: Settings, output: Output): Promise<void> {
  const { BINARY_CACHE, BINARY_CACHE_KEY_FILE, TOPLEVELS } = settings;
  if (BINARY_CACHE === '') {
    output.say('there is no binary cache: each host is sent what it lacks');
    return;
  }
  try {
    await makeSecretKey(BINARY_CACHE_KEY_FILE);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    output.say(`not pushed to ${BINARY_CACHE}; each host is sent what it lacks. ${error.message}`);
    return;
  }
  const key = encodeURIComponent(BINARY_CACHE_KEY_FILE).replaceAll('%2F', '/');
  const options = `compression=zstd&parallel-compression=true&secret-key=${key}`;
  const store = `${BINARY_CACHE}${BINARY_CACHE.includes('?') ? '&' : '?'}${options}`;
  output.say(`pushing ${TOPLEVELS.length} systems to ${BINARY_CACHE}`);
  const words = [
    ...['--extra-experimental-features', 'nix-command', 'copy'],
    // What was there once may have expired.
    ...['--option', 'narinfo-cache-positive-ttl', '0'],
    ...['--to', store, ...TOPLEVELS],
  ];
  const { status, paths, said } = await follow(words, output);
  if (status === 0) {
    output.say(`pushed ${paths} paths`);
    return;
  }
  output.say(`not pushed to ${BINARY_CACHE}; each host is sent what it lacks. nix said:`);
  for (const line of said) output.quote(line);
}

/** Runs nix, and says every now and then how far it is. */
async function follow(words: readonly string[], output: Output) {
  const child = start('nix', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let paths = 0;
  let said: readonly string[] = [];
  let deadline = Deadline.in(STANDSTILL);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    deadline = Deadline.in(STANDSTILL);
    const lines = linesOf(text);
    paths += lines.filter((line) => line.startsWith("copying path '")).length;
    said = [...said, ...lines.filter((line) => !line.startsWith('copying '))].slice(-10);
  });
  const timer = setInterval(() => {
    output.say(`pushed ${paths} paths so far`);
    if (deadline.passed) end(child, 'SIGKILL');
  }, PROGRESS * 1000);
  const status = await new Promise<number>((resolve) => {
    child.on('error', (error) => {
      said = [error.message];
      resolve(127);
    });
    child.on('close', (code) => {
      resolve(code ?? -1);
    });
  });
  clearInterval(timer);
  return { status, paths, said };
}
