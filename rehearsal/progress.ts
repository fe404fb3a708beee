interface Activity {
  /** What is being done, as in "creating". */
  readonly verb: string;
  /** When it was first heard of, in milliseconds of the clock. */
  readonly since: number;
  /** The last that a provisioner of it said. */
  readonly output?: string;
}

/** `aws_instance.host: Creating...`, behind the indentation and the stack's name that cdktf puts before it. */
const BEGUN = /^(?:\S+ {2})?\s*([\w.[\]"-]+): (Creating|Modifying|Destroying|Reading|Importing)\.\.\./;
const ENDED =
  /^(?:\S+ {2})?\s*([\w.[\]"-]+): (Creation|Modifications|Destruction|Read|Import) (?:complete|errored) after/;
const PROVISIONER = /^(?:\S+ {2})?\s*([\w.[\]"-]+) \([\w-]+\):\s*(\S.*)$/;

/** Lines after which a command does something else for a while, and what. */
const PHASES: readonly (readonly [RegExp, string])[] = [
  [/^building '\/nix\/store\/\w{32}-(.+)\.drv'/, 'Nix builds $1'],
  [/Initializing the backend/, 'Terraform initializes'],
  [/has been successfully initialized/, 'Terraform loads the providers and plans'],
  [/: Refreshing state\.\.\./, 'Terraform reads what is there'],
  [/^\s*(?:Plan: |No changes\.)/, 'Terraform has planned'],
  [/Apply complete!|Destroy complete!/, 'Terraform has ended'],
];

const NAMED_AT_MOST = 3;

/** What a command is doing, read from the lines that Nix, cdktf and Terraform print. */
export class Progress {
  private readonly resources = new Map<string, Activity>();
  private phase: Activity | undefined;

  constructor(private readonly clock: () => number = Date.now) {}

  /** Take note of a line, without colours. */
  hear(line: string): void {
    const begun = BEGUN.exec(line);
    if (begun?.[1] !== undefined && begun[2] !== undefined) {
      this.resources.set(begun[1], { verb: begun[2].toLowerCase(), since: this.clock() });
      return;
    }
    const ended = ENDED.exec(line);
    if (ended?.[1] !== undefined) {
      this.resources.delete(ended[1]);
      this.phase = { verb: `Terraform goes on after ${ended[1]}`, since: this.clock() };
      return;
    }
    const provisioner = PROVISIONER.exec(line);
    const activity = this.resources.get(provisioner?.[1] ?? '');
    if (provisioner?.[1] !== undefined && provisioner[2] !== undefined && activity) {
      this.resources.set(provisioner[1], { ...activity, output: provisioner[2] });
      return;
    }
    for (const [pattern, verb] of PHASES) {
      const found = pattern.exec(line);
      if (!found) continue;
      const named = verb.replace('$1', found[1] ?? '');
      if (this.phase?.verb !== named) this.phase = { verb: named, since: this.clock() };
      return;
    }
  }

  /** The resources that Terraform waits for and for how long, or the phase; undefined when nothing is known. */
  describe(): string | undefined {
    const waiting = [...this.resources]
      .slice(0, NAMED_AT_MOST)
      .map(
        ([address, { verb, since, output }]) =>
          `${address} (${verb} for ${this.age(since)} s${output === undefined ? '' : `: ${output}`})`,
      );
    const more = this.resources.size - waiting.length;
    if (waiting.length > 0)
      return `waiting for ${waiting.join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`;
    return this.phase && `${this.phase.verb}, for ${this.age(this.phase.since)} s`;
  }

  private age(since: number): string {
    return ((this.clock() - since) / 1000).toFixed(0);
  }
}
