import { note, say, seconds } from './run-command';
import type { PlanCounts, Step } from './report';

/** Reports a rehearsal step by step: prints each as it happens and keeps it for the report. */
export class Reporter {
  constructor(
    /** Who the steps are about: a scenario's name. */
    private readonly label: string,
    /** Keeps a step as soon as it is done: an interrupted rehearsal loses none. */
    private readonly keep: (step: Step) => void,
  ) {}

  /** Do one step; what `act` returns of a plan and an answer is reported with it. */
  async step(
    name: string,
    stack: string | undefined,
    act: () => Promise<{ plan?: PlanCounts; answer?: string } | undefined>,
    title = name,
  ): Promise<void> {
    say(this.label, `${title} …`);
    const started = Date.now();
    const result = await act();
    const step = { name, ...(stack && { stack }), ...result, seconds: seconds(started) };
    this.keep(step);
    if (step.plan) this.note(`plan: ${describe(step.plan)}`);
    if (step.answer !== undefined) this.note(`answer: ${step.answer}`);
    this.note(`done in ${step.seconds} s`);
  }

  /** Print a line of the step that is under way. */
  note(text: string): void {
    note(this.label, text);
  }
}

/** `3 to add, 1 to change, 3 to destroy`, as Terraform says it. */
export function describe(plan: PlanCounts): string {
  return `${plan.add} to add, ${plan.change} to change, ${plan.destroy} to destroy`;
}
