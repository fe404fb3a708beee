import { Failure } from './exit-status';
import type { Settings } from './settings';
import { linesOf } from './display';

/** Why a connection did not come about. */
export interface Refusal {
  readonly reason: string;
  /** Says nothing that an earlier reason would not say better. */
  readonly vague: boolean;
  /** Seconds until the next attempt. */
  readonly pause: number;
}

/** Seconds after a refused login: OpenSSH 9.8 and newer punishes a source of many (PerSourcePenalties). */
const AFTER_REFUSED_LOGIN = 5;
const USUAL_PAUSE = 0.5;

/** Did ssh refuse the host by its key? */
export function isHostKeyRefusal(stderr: string): boolean {
  return /Host key verification failed|HOST IDENTIFICATION HAS CHANGED/.test(stderr);
}

/**
 * What ssh's words mean. What a host that has just been asked to reboot says is never final.
 *
 * @throws Failure for what no waiting fixes
 */
export function explainRefusal(stderr: string, settings: Settings, rebooted: boolean): Refusal {
  const last = linesOf(stderr).at(-1) ?? '';
  const { SSH_USER, TARGET_HOST, SSH_IDENTITY_FILE } = settings;
  if (isHostKeyRefusal(stderr)) {
    return { reason: 'it shows another host key than before its reboot', vague: false, pause: USUAL_PAUSE };
  }
  if (
    /Bad configuration option|Bad owner or permissions|terminating, \d+ bad configuration|keyword .* extra arguments/.test(
      stderr,
    )
  ) {
    throw new Failure(
      'unreachable',
      `ssh does not start: ${last}`,
      'See your ssh configuration (~/.ssh/config).',
    );
  }
  if (stderr.includes('Bad SSH2')) {
    throw new Failure(
      'unreachable',
      `ssh does not know AES-GCM: ${last}`,
      'It has to be OpenSSH 8.0 or newer, built with OpenSSL.',
    );
  }
  if (stderr.includes('spawn ssh ')) {
    throw new Failure(
      'unreachable',
      `there is no ssh on PATH: ${last}`,
      'Install OpenSSH, or run it through Nix.',
    );
  }
  const key = /(?:Load key "[^"]*": .*|bad permissions.*|Permissions \d+ for .* are too open.*)/.exec(
    stderr,
  )?.[0];
  if (key !== undefined && SSH_IDENTITY_FILE !== '' && stderr.includes(SSH_IDENTITY_FILE)) {
    throw new Failure(
      'refused',
      `SSH_IDENTITY_FILE must be a private key that ssh can use; got: ${SSH_IDENTITY_FILE}`,
      `ssh said: ${key}`,
      'Permissions: chmod 600. A passphrase: add the key to your agent (ssh-add).',
    );
  }
  if (stderr.includes('sudo: ')) {
    const reason = `${SSH_USER} cannot become root by 'sudo -n'`;
    if (rebooted) return { reason, vague: false, pause: USUAL_PAUSE };
    throw new Failure(
      'unreachable',
      `${SSH_USER}@${TARGET_HOST} cannot become root by 'sudo -n': nothing was changed`,
      last,
      'Let it use sudo without a password (NixOS: security.sudo.wheelNeedsPassword = false), or set SSH_USER=root.',
    );
  }
  if (stderr.includes('Permission denied')) {
    const reason = `it refuses the login of ${SSH_USER} (is the key right, or the host still booting?)`;
    return { reason, vague: false, pause: AFTER_REFUSED_LOGIN };
  }
  const said = (reason: string): Refusal => ({ reason, vague: false, pause: USUAL_PAUSE });
  if (stderr.includes('Could not resolve')) return said('its name does not resolve');
  if (stderr.includes('refused')) return said('nothing listens on its ssh port yet');
  if (/timed out|No route|unreachable/.test(stderr)) return { ...said('it does not answer'), vague: true };
  if (last === '') return { ...said('no answer'), vague: true };
  // How a server that is overloaded, or punishes earlier logins, ends a connection.
  const vague = /Connection (?:closed|reset)|kex_exchange_identification|Broken pipe/.test(last);
  return { reason: last, vague, pause: vague ? AFTER_REFUSED_LOGIN : USUAL_PAUSE };
}

/** Reasons of one wait, in turn: the last one that says something, and whether it is news. */
export class Reasons {
  /** What to say when the time is up. */
  last = 'no answer';
  private vague = true;

  /** Returns whether it has to be said. */
  add({ reason, vague }: Refusal): boolean {
    if (vague && !this.vague) return false;
    const news = reason !== this.last || this.vague;
    this.last = reason;
    this.vague = vague;
    return news;
  }
}
