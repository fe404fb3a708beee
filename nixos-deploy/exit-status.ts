/** Every exit status of nixos-deploy: what it means, and what the host runs then. */
export const EXIT_STATUS = {
  ok: [0, 'confirmed, or already running the selected system', 'the new system'],
  different: [1, 'status only: another system runs or would boot, or the records disagree', 'unchanged'],
  refused: [2, 'wrong usage, a value refused, or a secret that cannot be decrypted or placed', 'unchanged'],
  unreachable: [
    10,
    'not reachable within the limit, or no host that nixos-deploy can deploy to',
    'unchanged',
  ],
  hostKey: [11, 'host key not trusted', 'unchanged'],
  copy: [12, 'copy failed, or stood still', 'unchanged'],
  diskFull: [13, 'disk full on the host', 'unchanged'],
  activation: [14, 'activation failed: rolled back', 'the old system'],
  health: [15, 'health check failed: rolled back; health: not healthy in time', 'the old system; unchanged'],
  confirmation: [16, 'the confirmation did not get through: the host rolls itself back', 'the old system'],
  busy: [17, 'another deployment, or another switch, holds the host', 'unchanged'],
  inhibited: [18, 'NixOS refuses to switch without a reboot, and ALLOW_REBOOT is not 1', 'unchanged'],
  unknown: [
    19,
    'the rollback failed, its end was not seen, or the host contradicts itself',
    'unknown: what to do is printed',
  ],
  internal: [
    20,
    'nixos-deploy itself failed: a bug, or no way to write its output or its files',
    'printed, where it was touched',
  ],
} as const satisfies Readonly<Record<string, readonly [number, string, string]>>;

export type Ending = keyof typeof EXIT_STATUS;

/** Ends the deployment with that status; the first line says why, further lines what to know and to do. */
export class Failure extends Error {
  readonly lines: readonly string[];

  constructor(
    readonly ending: Exclude<Ending, 'ok'>,
    message: string,
    ...lines: readonly (string | undefined)[]
  ) {
    super(message);
    this.lines = lines.filter((line) => line !== undefined);
  }

  get status(): number {
    return EXIT_STATUS[this.ending][0];
  }
}
