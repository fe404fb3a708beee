import { Deadline } from './deadline';
import { linesOf, type Output } from './display';
import { Failure } from './exit-status';
import type { HostKey } from './known-hosts';
import { run } from './processes';

const BEGIN = '-----BEGIN SSH HOST KEY KEYS-----';
const END = '-----END SSH HOST KEY KEYS-----';
const KEY = /^((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,3})(?: |$)/;
// Escape sequences of terminals: CSI, OSC, and those of two characters.
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-Z\\-~])/g;

/**
 * Keys of the last whole block of a console. NixOS 26.05 prints them at each boot, between lines that cloud-init uses,
 * too. A key counts on a line of its own alone: what others make the host log has more on its line. The markers may be
 * glued to a line that another program left open, such as a login prompt.
 */
export function parseConsole(text: string): readonly HostKey[] {
  let keys: readonly HostKey[] = [];
  let block: HostKey[] | undefined;
  for (const raw of text.replace(ESCAPES, '').split(/\r*\n|\r/)) {
    const line = raw.trimEnd();
    if (line.endsWith(BEGIN)) block = [];
    else if (line.endsWith(END) && /(?:^|\S|login: )$/.test(line.slice(0, -END.length))) {
      if (block !== undefined) keys = block;
      block = undefined;
    } else {
      const key = KEY.exec(line)?.[1];
      if (key !== undefined) block?.push(key);
    }
  }
  return keys;
}

/** Milliseconds until a console is read again, twice as many each time: EC2 limits how often an account may ask. */
const PAUSE = { first: 1000, longest: 4000 } as const;

/** Where a console is read. */
export interface ConsoleSettings {
  readonly instance: string;
  /** The host's name in known_hosts. */
  readonly host: string;
  readonly knownHostsFile: string;
  /** Seconds until the keys have to be there. */
  readonly limit: number;
}

/**
 * Host keys that EC2 says the instance printed on its console; at least one. They are authenticated by the call's TLS.
 *
 * @throws Failure `hostKey` when there are none within the limit, or the call is refused
 */
export async function readConsoleKeys(
  { instance, host, knownHostsFile, limit }: ConsoleSettings,
  env: NodeJS.ProcessEnv,
  output: Output,
): Promise<readonly HostKey[]> {
  const deadline = Deadline.in(limit);
  const fail = (problem: string): never => {
    throw new Failure(
      'hostKey',
      `the host key of ${host} cannot be authenticated: nothing was sent`,
      `${instance}: ${problem}`,
      `See its console: aws ec2 get-console-output --instance-id ${instance} --latest --output text`,
      'NixOS 26.05 and later print the keys there at boot; reading it takes the permission ec2:GetConsoleOutput.',
      `Or add a line to ${knownHostsFile} yourself: '${host} TYPE KEY instance=${instance}'`,
      'Or trust the first key that it shows: HOST_KEY=first-use.',
    );
  };
  output.say(`reading the host key of ${instance} from its console`);
  let said = 'no answer';
  let latest = ['--latest'];
  let interval: number = PAUSE.first;
  while (!deadline.passed) {
    const words = ['ec2', 'get-console-output', '--instance-id', instance, ...latest];
    const { status, stdout, stderr, late } = await run(
      'aws',
      [...words, '--query', 'Output', '--output', 'text'],
      deadline,
      { env: consoleEnvironment(env) },
    );
    if (late) break;
    if (status === 127) fail('there is no aws command (AWS CLI) to read its console with');
    let problem = 'there is no host key on its console';
    if (status === 0) {
      const keys = parseConsole(stdout.toString());
      if (keys.length > 0) return keys;
    } else {
      problem = linesOf(stderr).join(' ').trim() || `aws ended with ${status}`;
      if (problem.includes('UnsupportedOperation') && latest.length > 0) {
        // Older instance types have no newer console than that of their last boot.
        latest = [];
        continue;
      }
      if (FINAL.test(problem)) fail(problem);
    }
    if (problem !== said) output.say(`waiting for the console of ${instance}: ${problem}`);
    said = problem;
    await deadline.pause(interval);
    interval = Math.min(interval * 2, PAUSE.longest);
  }
  return fail(`${said} after ${limit} s`);
}

/** What no waiting fixes. */
const FINAL =
  /UnsupportedOperation|UnauthorizedOperation|AccessDenied|AuthFailure|InvalidInstanceID|InvalidClientTokenId|Expired|Unable to locate credentials|must specify a region/;

/** Terraform's provider goes by AWS_REGION first; version 1 of the CLI does not know it. */
function consoleEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const region =
    env.AWS_REGION === undefined || env.AWS_REGION === '' ? {} : { AWS_DEFAULT_REGION: env.AWS_REGION };
  return { ...env, ...region, AWS_PAGER: '' };
}
