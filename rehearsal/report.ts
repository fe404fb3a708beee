/** Resource actions of a plan, as Terraform counts them. */
export interface PlanCounts {
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
}

/** One step of the rehearsal; fields that do not apply to it are absent. */
export interface Step {
  readonly name: string;
  /** Id of the stack that the step is about. */
  readonly stack?: string;
  readonly plan?: PlanCounts;
  /** Wall time, to a tenth. */
  readonly seconds: number;
  /** What the host answered over HTTP, without the newline. */
  readonly answer?: string;
}

/** What `--report FILE` holds. */
export interface Report {
  readonly steps: readonly Step[];
  /** What was left in the emulated cloud or on this machine, in words. */
  readonly leaks: readonly string[];
}
