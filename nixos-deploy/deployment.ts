import { type HostEvent, type EventName, ProtocolViolation } from './protocol';

/**
 * Where a deployment is. From `switching` on, the host may run another system than before.
 *
 *     connecting → copying → sending secrets → starting ┬→ switching → switched → committing → ended
 *                                                       └→ rebooting                ↘ rolling back ↗
 */
export type State =
  | 'connecting'
  | 'copying'
  | 'sending secrets'
  | 'starting'
  | 'switching'
  | 'switched'
  | 'committing'
  | 'rolling back'
  | 'rebooting'
  | 'ended';

/** Which events have a meaning in each state, and the state that follows. What is missing here is a violation. */
export const FLOW: Readonly<Record<State, Readonly<Partial<Record<EventName, State>>>>> = {
  connecting: { waiting: 'connecting', hello: 'copying', busy: 'ended', 'no-room': 'ended' },
  copying: {
    waiting: 'copying',
    substituting: 'copying',
    missing: 'copying',
    path: 'copying',
    'end-of-list': 'copying',
    received: 'copying',
    detail: 'copying',
    'import-failed': 'ended',
    copied: 'sending secrets',
    busy: 'ended',
  },
  'sending secrets': {
    'secrets-requested': 'sending secrets',
    'secrets-refused': 'ended',
    'secrets-ready': 'starting',
  },
  starting: {
    waiting: 'starting',
    note: 'starting',
    inhibitors: 'starting',
    busy: 'ended',
    'not-started': 'ended',
    switching: 'switching',
    booting: 'rebooting',
    gone: 'ended',
    end: 'ended',
  },
  switching: {
    switching: 'switching',
    waiting: 'switching',
    note: 'switching',
    switched: 'switched',
    'rolling-back': 'rolling back',
    gone: 'ended',
    end: 'ended',
  },
  // On a new connection the host says all again that it has said since the switch began.
  switched: {
    switching: 'switched',
    waiting: 'switched',
    note: 'switched',
    switched: 'switched',
    committing: 'committing',
    'rolling-back': 'rolling back',
    gone: 'ended',
    end: 'ended',
  },
  committing: {
    switching: 'committing',
    waiting: 'committing',
    note: 'committing',
    switched: 'committing',
    committing: 'committing',
    'rolling-back': 'rolling back',
    gone: 'ended',
    end: 'ended',
  },
  'rolling back': {
    switching: 'rolling back',
    waiting: 'rolling back',
    note: 'rolling back',
    switched: 'rolling back',
    committing: 'rolling back',
    'rolling-back': 'rolling back',
    gone: 'ended',
    end: 'ended',
  },
  rebooting: { booting: 'rebooting', waiting: 'rebooting', note: 'rebooting', gone: 'ended', end: 'ended' },
  ended: {},
};

/** How it ended, by what the host said and what we did. */
export type Outcome =
  | 'confirmed'
  | 'reboot'
  | 'activation failed'
  | 'health check failed'
  | 'not confirmed'
  | 'busy'
  | 'no room'
  | 'inhibited'
  | 'rollback failed'
  | 'boot default unknown'
  | 'running another system';

/** What we know of a deployment after the closure is there. */
export interface Deployment {
  readonly state: State;
  /** What we have said to the watchdog; nothing before the switch is over. */
  readonly word: 'confirm' | 'refuse' | undefined;
  /** It has said that it got our confirmation, by a number that we made up for this one. */
  readonly acknowledged: boolean;
  readonly outcome: Outcome | undefined;
  readonly text: string;
}

/** What a deployment is about. */
export interface Plan {
  readonly toplevel: string;
  /** The system to go back to. */
  readonly old: string;
  /** Sent with the confirmation, and not before. */
  readonly nonce: string;
  /** Whether the watchdog waits for a confirmation. */
  readonly confirmed: boolean;
}

export const BEGUN: Deployment = {
  state: 'connecting',
  word: undefined,
  acknowledged: false,
  outcome: undefined,
  text: '',
};

/**
 * What is known after an event.
 *
 * @throws ProtocolViolation for an event that cannot be true now
 */
export function advance(deployment: Deployment, event: HostEvent, plan: Plan): Deployment {
  const state = FLOW[deployment.state][event.name];
  if (state === undefined) {
    throw new ProtocolViolation(`it said ${event.name} while ${deployment.state}, where that has no meaning`);
  }
  switch (event.name) {
    case 'switched':
      if (event.limit > 0 !== plan.confirmed) {
        throw new ProtocolViolation(
          `it said that it waits ${event.limit} s for a confirmation, which is not what it was asked to`,
        );
      }
      return { ...deployment, state };
    case 'committing':
      return { ...deployment, state, acknowledged: acknowledges(deployment, event.nonce, plan) };
    case 'gone':
      return { ...deployment, state, ...afterReboot(deployment, event.running, plan) };
    case 'end':
      return { ...deployment, state, ...ending(deployment, event, plan) };
    default:
      return { ...deployment, state };
  }
}

/** What is known once the word has been sent. */
export function withWord(deployment: Deployment, word: 'confirm' | 'refuse'): Deployment {
  return { ...deployment, word };
}

function acknowledges({ word, acknowledged }: Deployment, nonce: string, plan: Plan): boolean {
  if (!plan.confirmed) {
    if (nonce !== '-') throw new ProtocolViolation('it keeps the system by a confirmation that nobody sent');
    return acknowledged;
  }
  if (word !== 'confirm') {
    throw new ProtocolViolation(
      word === 'refuse'
        ? 'it keeps the system although we refused it'
        : 'it keeps the system before anybody has confirmed it',
    );
  }
  if (nonce !== plan.nonce)
    throw new ProtocolViolation('it keeps the system by a confirmation that is not ours');
  return true;
}

/** The events of the deployment are gone, and with them the watchdog: the host has booted since. */
function afterReboot(
  { acknowledged }: Deployment,
  running: string,
  { toplevel, old }: Plan,
): Pick<Deployment, 'outcome' | 'text'> {
  if (running === toplevel && toplevel !== old) {
    if (acknowledged) return { outcome: 'confirmed', text: '' };
    throw new ProtocolViolation('it says that it was rebooted into the system that nobody has confirmed');
  }
  if (running === old && !acknowledged) {
    return {
      outcome: 'not confirmed',
      text: 'it was rebooted, or its watchdog was ended, before the confirmation',
    };
  }
  return { outcome: 'running another system', text: `it was rebooted, and runs ${running}` };
}

function ending(
  deployment: Deployment,
  { code, text }: Extract<HostEvent, { readonly name: 'end' }>,
  plan: Plan,
): Pick<Deployment, 'outcome' | 'text'> {
  const { state, word, acknowledged } = deployment;
  const lie = (what: string): never => {
    throw new ProtocolViolation(what);
  };
  switch (code) {
    case '0':
      if (
        plan.confirmed ? word !== 'confirm' || text !== plan.nonce : state !== 'committing' || text !== '-'
      ) {
        lie('it says that the system is confirmed, and that was not us');
      }
      return { outcome: 'confirmed', text: '' };
    case '13':
      if (state !== 'starting') lie('it says that it has no room to begin, after it began');
      return { outcome: 'no room', text };
    case '14':
      return { outcome: 'activation failed', text };
    case '15':
      if (word !== 'refuse') lie('it says that we refused the system, and we did not');
      return { outcome: 'health check failed', text };
    case '16':
      if (acknowledged) lie('it says that no confirmation came, and had got ours');
      return { outcome: 'not confirmed', text };
    case '17':
      if (state !== 'switching' && state !== 'starting' && state !== 'rebooting') {
        lie('it says that another switch holds it, after the switch');
      }
      return { outcome: 'busy', text };
    case '18':
      if (state !== 'switching') lie('it says that NixOS refused the switch, after it');
      return { outcome: 'inhibited', text };
    case '19':
      return { outcome: 'rollback failed', text };
    case 'boot-default':
      return { outcome: 'boot default unknown', text };
    case 'reboot':
      if (state !== 'rebooting') lie('it says that it reboots, and was not asked to');
      return { outcome: 'reboot', text };
  }
}
