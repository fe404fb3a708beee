import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

import { publicKeyOf } from './cache-key';
import { type Closure, closureMessage, keepFromGarbage, listClosure } from './closure';
import type { Connection, Heard } from './connection';
import { Copy } from './copy';
import { Deadline } from './deadline';
import { advance, BEGUN, type Deployment, type Plan, type State, withWord } from './deployment';
import { lastLine } from './display';
import { Failure } from './exit-status';
import { isHealthy } from './health-check';
import { hostScript } from './host-script';
import type { HostKeys } from './host-keys';
import { inhibiting } from './inhibitors';
import { type HostEvent, ProtocolViolation } from './protocol';
import { explainRefusal, isHostKeyRefusal, Reasons } from './refusal';
import type { Run } from './run';
import type { Secrets } from './secrets';
import type { Session } from './ssh';
import { awaitStatus } from './status';
import { type Copied, Steps, summary } from './summary';

const UNKNOWN_STATE_HELP: readonly string[] = [
  'See what runs: nixos-deploy status. Unless it says otherwise, the boot default is still the old system:',
  'when the host does not answer, reboot it (aws ec2 reboot-instances), and it boots that one.',
  'What the activation said: journalctl -u "nixos-deploy-*" and /run/nixos-deploy/*/events there.',
];

/** The same for a host that was rebooted into the new system, which makes that its boot default. */
const UNKNOWN_AFTER_REBOOT_HELP = [
  'See what runs and what would boot: nixos-deploy status. It may be the new system.',
  'Deploy what it shall run with ALLOW_REBOOT=1, or choose a generation in the boot menu (EC2: serial console).',
] as const;

/** Seconds beyond its limits that the watchdog has for other switches on the host, and for units that recover. */
const WATCHDOG_SPARE = 120;

/** Lines of output that are kept until it is known whether anybody wants them. */
const MOST_QUOTED = 20;

/** States in which the host's output is that of the activation. */
const SWITCHING: ReadonlySet<State> = new Set([
  'starting',
  'switching',
  'committing',
  'rebooting',
  'rolling back',
]);

/** One system on its way to one host. */
export class Deployer {
  private deployment: Deployment = BEGUN;
  private plan: Plan;
  /** Of the selected system, and on the way back from a reboot of the old one. */
  private closure: Promise<Closure> | undefined;
  private session: Session = { id: '', mark: '' };
  private connection: Connection | undefined;
  private bootId = '';
  /** Set once the host has been asked to: from then on nothing is unchanged. */
  private rebooted = false;
  private readonly steps = new Steps();
  private copied: Copied = { bytes: 0, paths: 0, closure: 0 };
  /** Has a host that lacks paths asked nix about each? */
  private verified = false;
  /** Secrets are put in place, or back on the way back from a reboot. */
  private secretsVerb: 'apply' | 'restore' = 'apply';
  private readonly idBase = `${Date.now().toString(16)}${randomBytes(2).toString('hex')}`;
  private attempts = 0;
  private readonly who: string;
  private readonly since = `${new Date().toISOString().slice(0, 19).replace('T', ' ')} UTC`;

  constructor(
    private readonly run: Run,
    private readonly hostKeys: HostKeys,
    private readonly secrets: Secrets | undefined,
  ) {
    const { TOPLEVEL, CONFIRM_TIMEOUT } = run.settings;
    this.plan = {
      toplevel: TOPLEVEL,
      old: '-',
      nonce: randomBytes(16).toString('hex'),
      confirmed: CONFIRM_TIMEOUT > 0,
    };
    this.who = `${run.env.USER ?? run.env.LOGNAME ?? 'unknown'}@${hostname()}`.replace(
      /[^A-Za-z0-9@._-]/g,
      '',
    );
  }

  /** Returns when the host runs the system, whether it did before; throws a Failure otherwise. */
  async deploy(): Promise<'deployed' | 'up to date'> {
    const { settings, output } = this.run;
    try {
      this.steps.begin('connect');
      const upToDate = await this.connect();
      await this.hostKeys.record();
      if (upToDate) {
        output.say(`${settings.TARGET_HOST} already runs ${settings.TOPLEVEL}`);
        return 'up to date';
      }
      this.steps.begin('copy');
      await this.copy();
      await this.exchangeSecrets();
      this.steps.begin('switch');
      await this.followSwitch();
      if (this.deployment.outcome === undefined && this.plan.confirmed) await this.confirm();
      if (this.deployment.outcome === 'reboot') await this.rebootAndCheck();
      else this.conclude();
      output.say(`confirmed: ${settings.TARGET_HOST} runs ${settings.TOPLEVEL}`);
      for (const line of summary(this.steps, this.copied, this.plan.old, settings.TOPLEVEL))
        output.print(line);
      return 'deployed';
    } catch (error) {
      throw error instanceof ProtocolViolation ? this.contradiction(error.message) : error;
    }
  }

  /** Bytes that were sent to the host. */
  get bytesSent(): number {
    return this.copied.bytes;
  }

  /** What is true of the host when the deployer is ended now. */
  whatHappens(): string {
    const { TARGET_HOST, HEALTH_TIMEOUT, CONFIRM_TIMEOUT } = this.run.settings;
    switch (this.rebooted ? undefined : this.deployment.state) {
      case 'connecting':
      case 'copying':
      case 'sending secrets':
        return `${TARGET_HOST} is unchanged`;
      case 'starting':
      case 'switching':
      case 'switched':
        if (this.plan.confirmed && this.deployment.word === undefined) {
          return `unless the confirmation has got through, ${TARGET_HOST} goes back to ${this.plan.old} within ${HEALTH_TIMEOUT + CONFIRM_TIMEOUT} s of the end of the switch`;
        }
        break;
      case 'ended':
        if (this.deployment.outcome === 'confirmed') return `${TARGET_HOST} runs ${this.plan.toplevel}`;
        break;
    }
    return `${TARGET_HOST} goes on by itself; see what it runs: nixos-deploy status`;
  }

  private readonly take = (event: HostEvent): void => {
    this.deployment = advance(this.deployment, event, this.plan);
  };

  /** The host said what cannot be true. What it runs is unknown from the switch on. */
  private contradiction(what: string): Failure {
    const { TARGET_HOST } = this.run.settings;
    const { state } = this.deployment;
    const message = `${TARGET_HOST} is not believed: ${what}`;
    if (state === 'connecting' && !this.rebooted)
      return new Failure('unreachable', message, 'Nothing was changed by us.');
    if (state === 'copying' || state === 'sending secrets')
      return new Failure('copy', message, 'Nothing was switched by us.');
    return new Failure('unknown', message, ...UNKNOWN_STATE_HELP);
  }

  /** Opens the held connection until the host answers it. Is there nothing to do? */
  private async connect(): Promise<boolean> {
    const { settings, output, ssh } = this.run;
    const deadline = Deadline.in(settings.CONNECT_TIMEOUT);
    const reasons = new Reasons();
    let stderr = '';
    while (!deadline.passed) {
      this.attempts += 1;
      this.session = { id: `${this.idBase}-${this.attempts}`, mark: randomBytes(8).toString('hex') };
      this.connection?.close();
      const connection = ssh.connect(this.agentScript(), this.session, deadline.seconds, true);
      this.connection = connection;
      connection.onOutput = (line) => {
        // Before that it is a login shell's chatter.
        if (SWITCHING.has(this.deployment.state)) output.quote(line);
      };
      connection.write(closureMessage(await this.listed()));
      const heard = await connection.next(deadline);
      if (typeof heard !== 'string') return this.hello(heard.event);
      ({ stderr } = connection);
      if (isHostKeyRefusal(stderr) && !this.rebooted) throw this.hostKeys.refusal(stderr);
      const refusal = explainRefusal(stderr, settings, this.rebooted);
      if (reasons.add(refusal)) output.say(`waiting for ${settings.TARGET_HOST}: ${refusal.reason}`);
      await deadline.pause(refusal.pause * 1000);
    }
    throw new Failure(
      this.rebooted ? 'unknown' : 'unreachable',
      `${settings.TARGET_HOST} is not reachable within ${settings.CONNECT_TIMEOUT} s: ${reasons.last}`,
      `ssh said: ${lastLine(stderr)}`,
      ...(settings.INSTANCE_ID === ''
        ? []
        : [`${settings.INSTANCE_ID} may be stopped, or have another address since it was started`]),
    );
  }

  /** Begun once ssh has been started, which takes longest. */
  private async listed(): Promise<Closure> {
    if (this.closure === undefined) {
      const { settings, work } = this.run;
      keepFromGarbage(settings.TOPLEVEL, work);
      this.closure = listClosure(settings.TOPLEVEL);
    }
    return this.closure;
  }

  private hello(event: HostEvent): boolean {
    this.take(event);
    if (event.name === 'busy') throw this.busy(event.holder);
    if (event.name === 'no-room') {
      throw new Failure(
        'diskFull',
        `${this.run.settings.TARGET_HOST} has no room for a deployment: nothing was changed`,
        event.text,
      );
    }
    if (event.name !== 'hello') throw new ProtocolViolation(`it said ${event.name} where a greeting was due`);
    const { toplevel } = this.plan;
    if (event.upToDate && (event.running !== toplevel || event.old !== toplevel)) {
      throw new ProtocolViolation('it says that there is nothing to do, and runs another system');
    }
    this.bootId = event.bootId;
    this.plan = { ...this.plan, old: event.old };
    return event.upToDate;
  }

  private busy(holder: string): Failure {
    return new Failure(
      'busy',
      `another deployment holds ${this.run.settings.TARGET_HOST}: ${holder}; nothing was changed`,
      'Wait for it to end, and deploy again.',
    );
  }

  /** The script of the held connection; those of the watchdog and the rollback travel in it, what they share once. */
  private agentScript(): string {
    const { settings } = this.run;
    const { id, mark } = this.session;
    const deployment = { id, who: this.who, since: this.since, next: this.plan.toplevel };
    const limit = this.plan.confirmed ? settings.HEALTH_TIMEOUT + settings.CONFIRM_TIMEOUT : 0;
    return hostScript('agent', {
      ...deployment,
      mark,
      shared: this.secretsScript() + hostScript('record', {}),
      activation: hostScript('activation', {
        ...deployment,
        activation_timeout: settings.ACTIVATION_TIMEOUT,
        keep: settings.KEEP_GENERATIONS,
      }),
      watchdog: hostScript('watchdog', {
        ...{ mark, confirm_limit: limit, allow_failed_units: settings.ALLOW_FAILED_UNITS },
        deadline: settings.ACTIVATION_TIMEOUT + limit + WATCHDOG_SPARE,
      }),
      rollback: hostScript('rollback', {}),
      substitute: settings.SUBSTITUTE_ON_TARGET,
      cache: settings.BINARY_CACHE,
      cache_key:
        settings.BINARY_CACHE === ''
          ? ''
          : settings.BINARY_CACHE_KEY || publicKeyOf(settings.BINARY_CACHE_KEY_FILE),
      verify: this.verified,
    });
  }

  /** The host's functions for its secrets: none, where this deployment leaves them alone. */
  private secretsScript(): string {
    if (this.secrets === undefined) return 'secrets() { :; }\n';
    return `${hostScript('secrets', { ciphertexts: this.secrets.ciphertexts, secrets_verb: this.secretsVerb })}\n`;
  }

  private async copy(): Promise<void> {
    for (;;) {
      const copied = await new Copy({
        ...this.run,
        closure: await this.listed(),
        connection: this.held,
        session: this.session,
        verified: this.verified,
        take: this.take,
      }).run();
      if (copied !== 'again') {
        this.copied = copied;
        return;
      }
      this.run.output.say(
        'an interrupted copy had left something behind: once more, asking nix about every path',
      );
      this.verified = true;
      this.deployment = BEGUN;
      await this.connect();
    }
  }

  private async exchangeSecrets(): Promise<void> {
    if (this.secrets === undefined) this.take({ name: 'secrets-ready', text: '' });
    else await this.secrets.exchange(this.held, this.take, this.run.output);
  }

  private get held(): Connection {
    if (this.connection === undefined) throw new Error('not connected');
    return this.connection;
  }

  /**
   * Until the switch is over, or the deployment. The connection may die with it: then another one goes on watching.
   */
  private async followSwitch(): Promise<void> {
    const { ACTIVATION_TIMEOUT, TARGET_HOST } = this.run.settings;
    // The switch, its rollback, and the time that timeout(1) gives each to end.
    const deadline = Deadline.in(2 * ACTIVATION_TIMEOUT + WATCHDOG_SPARE);
    let connection = this.held;
    for (;;) {
      const heard = await connection.next(deadline);
      if (heard === 'ended') {
        const again = await this.reconnect(deadline, 'follow');
        if (again !== undefined) {
          connection = again;
          continue;
        }
      }
      if (heard === 'ended' || heard === 'late') {
        throw new Failure(
          'unknown',
          `the switch on ${TARGET_HOST} was started, and its outcome cannot be seen`,
          ...UNKNOWN_STATE_HELP,
        );
      }
      const before = this.deployment.state;
      this.take(heard.event);
      this.reportSwitch(heard.event, before === this.deployment.state);
      if (this.deployment.outcome !== undefined) return;
      // Without a confirmation to wait for, the watchdog goes on by itself.
      if (this.deployment.state === 'switched' && this.plan.confirmed) return;
    }
  }

  private reportSwitch(event: HostEvent, repeated: boolean): void {
    const { TARGET_HOST } = this.run.settings;
    const { output } = this.run;
    switch (event.name) {
      case 'waiting':
        output.say(`waiting ${event.text}`);
        return;
      case 'note':
        output.say(event.text);
        return;
      case 'inhibitors':
        this.decideOnInhibitors(event.files);
        return;
      case 'busy':
        throw this.busy(event.holder);
      case 'not-started':
        throw new Failure(
          'activation',
          `systemd on ${TARGET_HOST} did not start the activation: nothing was changed`,
          event.text,
        );
      case 'switching':
        if (!repeated) output.say(`switching to ${this.plan.toplevel}`);
        return;
      case 'rolling-back':
        output.say(`rolling back: ${event.text}`);
        return;
      case 'booting':
        output.say('making it the boot default, for a reboot');
        return;
      case 'gone':
        if (event.running !== this.plan.old) {
          throw new Failure(
            'unknown',
            `${TARGET_HOST} was rebooted during the switch, and runs ${event.running}`,
            ...UNKNOWN_STATE_HELP,
          );
        }
        this.deployment = { ...this.deployment, text: 'it was rebooted during the switch' };
        return;
      default:
        return;
    }
  }

  private decideOnInhibitors([facts, nextFacts, init, nextInit]: readonly [
    string,
    string,
    string,
    string,
  ]): void {
    const { TARGET_HOST, ALLOW_REBOOT } = this.run.settings;
    let reasons: readonly string[];
    try {
      reasons = inhibiting({ facts, interface: init }, { facts: nextFacts, interface: nextInit });
    } catch {
      throw new Failure(
        'activation',
        `unexpected answer from ${TARGET_HOST} about its switch inhibitors: nothing was changed`,
      );
    }
    if (reasons.length === 0) {
      this.held.write('switch\n');
    } else if (ALLOW_REBOOT) {
      this.run.output.say(
        `NixOS does not switch a running host between these, so it will reboot: ${reasons.join('; ')}`,
      );
      this.rebooted = true;
      this.held.write('boot\n');
    } else {
      this.held.write('stop\n');
      throw new Failure(
        'inhibited',
        `NixOS does not switch a running host to this system, and a reboot is not allowed: nothing was changed`,
        ...reasons,
        'Deploy with ALLOW_REBOOT=1 when the host may reboot.',
      );
    }
  }

  private open(word: string, seconds: number): Connection {
    const { id, mark } = this.session;
    const script = hostScript('record', {}) + hostScript('confirm', { id, mark });
    const connection = this.run.ssh.connect(script, this.session, seconds, false);
    if (word !== '') connection.write(`${word}\n`);
    return connection;
  }

  /** Opens new connections until one is let in; undefined when the deadline has passed. */
  private async reconnect(deadline: Deadline, word: string): Promise<Connection | undefined> {
    while (!deadline.passed) {
      const connection = this.open(word, deadline.seconds);
      if (isReady(await connection.next(Deadline.in(Math.min(20, deadline.left / 1000))))) return connection;
      connection.close();
      await deadline.pause(300);
    }
    return undefined;
  }

  /**
   * Health check, then the word of it over a new connection, whose handshake begins as soon as the switch is over, so that
   * both take their time together.
   */
  private async confirm(): Promise<void> {
    const { settings, output, env, work } = this.run;
    const limit = settings.HEALTH_TIMEOUT + settings.CONFIRM_TIMEOUT;
    const deadline = Deadline.in(limit);
    const connection = this.open('', 10);
    if (settings.HEALTH_CHECK !== '') this.steps.begin('health');
    const healthDeadline = Deadline.in(settings.HEALTH_TIMEOUT);
    const healthy = await isHealthy(settings, healthDeadline, env, work, output);
    this.steps.begin('confirm');
    await this.hearBeforeTheWord();
    if (this.deployment.outcome !== undefined) return;
    const word = healthy ? 'confirm' : 'refuse';
    const message = healthy ? `confirm ${this.plan.nonce}` : 'refuse';
    this.deployment = withWord(this.deployment, word);
    connection.write(`${message}\n`);
    if (isReady(await connection.next(deadline))) {
      await this.awaitOutcome(connection, deadline);
      return;
    }
    const said = lastLine(connection.stderr);
    output.say(
      `the new system does not let a new connection in (${said}); trying until the host's limit of ${limit} s has passed`,
    );
    const again = await this.reconnect(deadline, message);
    await this.awaitOutcome(again, deadline);
  }

  /** What the host said on the held connection since the switch: an end that comes now is not by our word. */
  private async hearBeforeTheWord(): Promise<void> {
    for (;;) {
      const heard = await this.held.next(Deadline.in(0));
      if (typeof heard === 'string') return;
      this.take(heard.event);
      if (this.deployment.outcome !== undefined) return;
    }
  }

  /** The watchdog decides at its deadline at the latest, and then may roll back. */
  private async awaitOutcome(first: Connection | undefined, decided: Deadline): Promise<void> {
    const { ACTIVATION_TIMEOUT, TARGET_HOST } = this.run.settings;
    const { output } = this.run;
    let deadline = decided.plus(ACTIVATION_TIMEOUT + 60);
    // What the profile and the boot loader say: of no interest unless the host then rolls back.
    let said: readonly string[] = [];
    const listen = (connection: Connection | undefined) => {
      if (connection === undefined) return undefined;
      connection.onOutput = (line) => {
        if (this.deployment.state === 'committing') said = [...said, line].slice(-MOST_QUOTED);
        if (this.deployment.state === 'rolling back') output.quote(line);
      };
      return connection;
    };
    let connection = listen(first);
    for (;;) {
      const heard = (await connection?.next(deadline)) ?? 'ended';
      if (heard === 'late') return;
      if (heard === 'ended') {
        output.say(
          `the connection to ${TARGET_HOST} was lost; trying for ${deadline.seconds} s at most to see how it ends`,
        );
        connection = listen(await this.reconnect(deadline, 'follow'));
        if (connection === undefined) return;
        continue;
      }
      const before = this.deployment.state;
      this.take(heard.event);
      if (this.deployment.outcome !== undefined) return;
      if (this.deployment.state === before) continue;
      // The boot loader; on a failure that of the old system, and the switch back.
      if (this.deployment.state === 'committing') deadline = Deadline.in(4 * (ACTIVATION_TIMEOUT + 15));
      if (heard.event.name === 'rolling-back') {
        for (const line of said) output.quote(line);
        output.say(`the host rolls back: ${heard.event.text}`);
      }
    }
  }

  /** How it ended, unless it was confirmed. */
  private conclude(): void {
    const { settings } = this.run;
    const { outcome, text, state } = this.deployment;
    const host = settings.TARGET_HOST;
    const { old, toplevel } = this.plan;
    switch (outcome) {
      case 'confirmed':
        return;
      case 'activation failed':
        throw new Failure('activation', `the activation failed, and ${host} is back at ${old}`, text);
      case 'health check failed':
        throw new Failure('health', `${text}, and ${host} is back at ${old}`);
      case 'not confirmed':
        throw new Failure(
          'confirmation',
          `the confirmation did not get through, and ${host} is back at ${old}`,
          text,
        );
      case 'busy':
        throw new Failure('busy', `another switch holds ${host}: ${text}; nothing was changed`);
      case 'no room':
        throw new Failure(
          'diskFull',
          `${host} has no room to boot the system from: nothing was changed`,
          text,
        );
      case 'inhibited':
        throw new Failure(
          'inhibited',
          `NixOS does not switch to this system without a reboot: ${host} still runs ${old}`,
          text,
          'Make it the boot default and reboot by hand, or replace the host.',
        );
      case 'rollback failed':
        throw new Failure(
          'unknown',
          `${host} is neither at the old nor at the new system for sure`,
          text,
          ...UNKNOWN_STATE_HELP,
        );
      case 'boot default unknown':
        throw new Failure('unknown', `${host} runs ${old}, but what it boots is not known`, text);
      case 'running another system':
        throw new Failure('unknown', `${host} cannot be where it was left`, text, ...UNKNOWN_STATE_HELP);
    }
    if (state === 'rolling back') {
      throw new Failure(
        'unknown',
        `${host} was rolling back to ${old}, and cannot be seen since`,
        'See what runs: nixos-deploy status.',
      );
    }
    if (state === 'committing') {
      throw new Failure(
        'unknown',
        `the confirmation got through, and ${host} cannot be seen since: it makes ${toplevel} its boot default`,
        'See what runs: nixos-deploy status.',
      );
    }
    // After a reboot there is no watchdog.
    if (this.rebooted) {
      throw new Failure(
        'unknown',
        `${host} runs ${toplevel} since its reboot, and cannot be seen since: it may not know that it was confirmed`,
        ...UNKNOWN_AFTER_REBOOT_HELP,
      );
    }
    throw new Failure(
      'confirmation',
      `${host} cannot be seen: unless the confirmation got through at the last moment, it rolls itself back to ${old}`,
      'See what runs: nixos-deploy status. When nothing helps, reboot it: it boots the system that was confirmed last.',
    );
  }

  /** A system that a running host must not be switched to was made the boot default. */
  private async rebootAndCheck(): Promise<void> {
    const { settings, output, env, work } = this.run;
    await this.reboot();
    this.steps.begin('health');
    if (await isHealthy(settings, Deadline.in(settings.HEALTH_TIMEOUT), env, work, output)) {
      await this.confirmAfterReboot();
      this.conclude();
    } else await this.revertByReboot();
  }

  /** The rebooted host has no watchdog: the confirmation is for its record, by which it is known from now on. */
  private async confirmAfterReboot(): Promise<void> {
    this.steps.begin('confirm');
    this.plan = { ...this.plan, confirmed: true };
    this.deployment = withWord({ ...BEGUN, state: 'switched' }, 'confirm');
    const deadline = Deadline.in(this.run.settings.CONNECT_TIMEOUT);
    const connection = await this.reconnect(deadline, `confirm ${this.plan.nonce}`);
    await this.awaitOutcome(connection, deadline);
  }

  private async reboot(): Promise<void> {
    const { settings, output } = this.run;
    this.steps.begin('reboot');
    output.say(`rebooting ${settings.TARGET_HOST}`);
    this.held.close();
    const reasons = new Reasons();
    const facts = await awaitStatus(this.run, this.hostKeys, reasons, this.bootId);
    if (facts === undefined) {
      throw new Failure(
        'unknown',
        `${settings.TARGET_HOST} did not come back within ${settings.CONNECT_TIMEOUT} s of its reboot: ${reasons.last}`,
        `It may still be booting ${this.plan.toplevel}: nixos-deploy status.`,
        'If it does not, choose the older generation in the boot menu on its console (EC2: serial console), or replace the host.',
      );
    }
    if (facts.running !== this.plan.toplevel) {
      throw new Failure(
        facts.running === this.plan.old ? 'activation' : 'unknown',
        `${settings.TARGET_HOST} was rebooted, but runs ${facts.running}, and not ${this.plan.toplevel}`,
        'Its boot loader did not take the new default: see the console.',
      );
    }
  }

  /** The rebooted system is not healthy. As long as it runs, no failure may sound as if the old one did. */
  private async revertByReboot(): Promise<void> {
    const { old } = this.plan;
    try {
      await this.rebootIntoOld();
    } catch (error) {
      const failure = error instanceof ProtocolViolation ? this.contradiction(error.message) : error;
      if (!(failure instanceof Failure)) throw failure;
      throw new Failure(
        'unknown',
        `the health check failed after the reboot, and the way back to ${old} failed, too: ${failure.message}`,
        ...failure.lines.filter((line) => !UNKNOWN_STATE_HELP.includes(line)),
        ...UNKNOWN_AFTER_REBOOT_HELP,
      );
    }
    throw new Failure('health', 'the health check failed after the reboot: rolled back by another');
  }

  /** Back to the old system by the same way. */
  private async rebootIntoOld(): Promise<void> {
    const { output } = this.run;
    const { old, toplevel } = this.plan;
    output.say(`going back to ${old}, by another reboot`);
    this.plan = { ...this.plan, toplevel: old, old: toplevel };
    this.closure = listClosure(old).then(({ sizes }) => ({
      toplevel: old,
      sizes: sizes.size > 0 ? sizes : new Map(),
    }));
    this.secretsVerb = 'restore';
    this.deployment = BEGUN;
    await this.connect();
    await this.copy();
    await this.exchangeSecrets();
    await this.followSwitch();
    if (this.deployment.outcome !== 'reboot') {
      throw new Failure('unknown', this.deployment.text || 'no answer');
    }
    await this.reboot();
    await this.confirmAfterReboot();
    this.conclude();
  }
}

function isReady(heard: Heard): boolean {
  return typeof heard !== 'string' && heard.event.name === 'ready';
}
