import { STORE_PATH } from './settings';

/** What the host can say. Its lines begin with the session's mark; everything else is the activation's own output. */
export type HostEvent =
  // The agent (host/agent.sh), from the connection on.
  | { readonly name: 'busy'; readonly holder: string }
  | {
      readonly name: 'hello';
      readonly bootId: string;
      /** The system that runs. */
      readonly running: string;
      /** The system to go back to. */
      readonly old: string;
      /** Is there nothing to do? */
      readonly upToDate: boolean;
    }
  | { readonly name: 'no-room'; readonly text: string }
  | { readonly name: 'waiting'; readonly text: string }
  | { readonly name: 'substituting'; readonly count: number }
  | { readonly name: 'missing'; readonly available: number }
  | { readonly name: 'path'; readonly path: string }
  | { readonly name: 'end-of-list' }
  | { readonly name: 'received'; readonly bytes: number }
  | { readonly name: 'detail'; readonly text: string }
  | { readonly name: 'import-failed'; readonly available: number }
  | { readonly name: 'copied' }
  | { readonly name: 'secrets-requested'; readonly pairs: readonly string[] }
  | { readonly name: 'secrets-refused'; readonly text: string }
  | { readonly name: 'secrets-ready'; readonly text: string }
  | { readonly name: 'inhibitors'; readonly files: readonly [string, string, string, string] }
  | { readonly name: 'not-started'; readonly text: string }
  // The watchdog (host/watchdog.sh), from the switch on.
  | { readonly name: 'switching' }
  | { readonly name: 'note'; readonly text: string }
  | { readonly name: 'switched'; readonly limit: number }
  | { readonly name: 'booting' }
  | { readonly name: 'committing'; readonly nonce: string }
  | { readonly name: 'rolling-back'; readonly text: string }
  | { readonly name: 'end'; readonly code: EndCode; readonly text: string }
  // The second connection (host/confirm.sh).
  | { readonly name: 'ready' }
  | { readonly name: 'gone'; readonly running: string }
  // `status` (host/status.sh).
  | { readonly name: 'status'; readonly key: string; readonly value: string }
  | { readonly name: 'status-end' };

export type EventName = HostEvent['name'];

/** How the watchdog ends: exit statuses of nixos-deploy, and two of its own. */
const END_CODES = ['0', '13', '14', '15', '16', '17', '18', '19', 'reboot', 'boot-default'] as const;
export type EndCode = (typeof END_CODES)[number];

/** The host said what it cannot mean. Nothing of it is believed. */
export class ProtocolViolation extends Error {}

const SYSTEM = new RegExp(`^(?:-|${STORE_PATH})$`);
const NONCE = /^[0-9a-f]{32}$/;

const count = (text: string) => (/^[0-9]{1,15}$/.test(text) ? Number(text) : undefined);
const system = (text: string) => (SYSTEM.test(text) ? text : undefined);

type Parse = (text: string, words: readonly string[]) => HostEvent | undefined;

const withText =
  (
    name:
      | 'no-room'
      | 'note'
      | 'waiting'
      | 'detail'
      | 'secrets-refused'
      | 'secrets-ready'
      | 'not-started'
      | 'rolling-back',
  ): Parse =>
  (text) => ({ name, text });
const bare =
  (name: 'end-of-list' | 'copied' | 'booting' | 'ready' | 'status-end' | 'switching'): Parse =>
  (text) =>
    text === '' ? { name } : undefined;

const PARSERS: Readonly<Record<EventName, Parse>> = {
  busy: (text) => ({ name: 'busy', holder: text }),
  hello: (_, [bootId = '', runs = '', back = '', upToDate = '', ...rest]) => {
    const [running, old] = [system(runs), system(back)];
    if (!/^[0-9a-f-]{36}$/.test(bootId) || running === undefined || old === undefined) return undefined;
    if (rest.length > 0 || (upToDate !== 'yes' && upToDate !== 'no')) return undefined;
    return { name: 'hello', bootId, running, old, upToDate: upToDate === 'yes' };
  },
  'no-room': withText('no-room'),
  waiting: withText('waiting'),
  substituting: (text) => counted(count(text), (value) => ({ name: 'substituting', count: value })),
  missing: (text) => counted(count(text), (value) => ({ name: 'missing', available: value })),
  path: (text) => (text !== '-' && SYSTEM.test(text) ? { name: 'path', path: text } : undefined),
  'end-of-list': bare('end-of-list'),
  received: (text) => counted(count(text), (value) => ({ name: 'received', bytes: value })),
  detail: withText('detail'),
  'import-failed': (text) => counted(count(text), (value) => ({ name: 'import-failed', available: value })),
  copied: bare('copied'),
  'secrets-requested': (_, pairs) => ({ name: 'secrets-requested', pairs }),
  'secrets-refused': withText('secrets-refused'),
  'secrets-ready': withText('secrets-ready'),
  inhibitors: (_, [a, b, c, d, ...rest]) => {
    if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
    const files = [a, b, c, d] as const;
    const encoded = files.every((file) => /^(?:-|[A-Za-z0-9+/]*={0,2})$/.test(file));
    return encoded && rest.length === 0 ? { name: 'inhibitors', files } : undefined;
  },
  'not-started': withText('not-started'),
  switching: bare('switching'),
  note: withText('note'),
  switched: (text) => counted(count(text), (value) => ({ name: 'switched', limit: value })),
  booting: bare('booting'),
  committing: (text) => (NONCE.test(text) || text === '-' ? { name: 'committing', nonce: text } : undefined),
  'rolling-back': withText('rolling-back'),
  end: (text, [first = '']) => {
    const code = END_CODES.find((candidate) => candidate === first);
    return code === undefined ? undefined : { name: 'end', code, text: text.slice(first.length + 1) };
  },
  ready: bare('ready'),
  gone: (text) => (SYSTEM.test(text) ? { name: 'gone', running: text } : undefined),
  status: (text) => {
    const [, key, value] = /^([a-z-]+)=(.*)$/.exec(text) ?? [];
    return key === undefined || value === undefined ? undefined : { name: 'status', key, value };
  },
  'status-end': bare('status-end'),
};

function counted(value: number | undefined, make: (value: number) => HostEvent): HostEvent | undefined {
  return value === undefined ? undefined : make(value);
}

const isEventName = (name: string): name is EventName => Object.hasOwn(PARSERS, name);

/**
 * An event, from a line without the mark.
 *
 * @throws ProtocolViolation for a line that is none
 */
export function parseEvent(line: string): HostEvent {
  const space = line.indexOf(' ');
  const name = space < 0 ? line : line.slice(0, space);
  const text = space < 0 ? '' : line.slice(space + 1).trim();
  if (!isEventName(name))
    throw new ProtocolViolation(`it said ${JSON.stringify(line.slice(0, 200))}, which is no event`);
  const event = PARSERS[name](text, text === '' ? [] : text.split(/ +/));
  if (event === undefined) {
    throw new ProtocolViolation(`it said ${JSON.stringify(line.slice(0, 200))}, which is no ${name}`);
  }
  return event;
}
