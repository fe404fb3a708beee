import { note, seconds } from './console';
import type { PlanCounts, Step } from './report';
import type { StackId, Stage } from './stage';

/** A plan or an answer that is not what the project promises. */
export class StoryFailed extends Error {}

/** Tells a story step by step: prints each as it happens and keeps it for the report. */
export class Narrator {
  readonly steps: Step[] = [];

  /** `save` receives all steps after each: an interrupted story keeps what was told. */
  constructor(private readonly save: (steps: readonly Step[]) => void) {}

  /** Do one step; what `act` returns of a plan and an answer is told with it. */
  async step(
    name: string,
    stack: StackId | undefined,
    act: () => Promise<{ plan?: PlanCounts; answer?: string } | undefined>,
  ): Promise<void> {
    console.log(`${String(this.steps.length + 1).padStart(3)}  ${stack ? `${stack}: ` : ''}${name} …`);
    const started = Date.now();
    const told = await act();
    const step = { name, ...(stack && { stack }), ...told, seconds: seconds(started) };
    this.steps.push(step);
    this.save(this.steps);
    if (step.plan) note(`plan: ${describe(step.plan)}`);
    if (step.answer !== undefined) note(`answer: ${step.answer}`);
    note(`done in ${step.seconds} s`);
  }
}

/** `3 to add, 1 to change, 3 to destroy`, as Terraform says it. */
export function describe(plan: PlanCounts): string {
  return `${plan.add} to add, ${plan.change} to change, ${plan.destroy} to destroy`;
}

/** The one line of the application that the stories change, and what it becomes. */
const LINE = {
  file: 'app/iplz.py',
  before: 'response.text = f"{request.remote_addr}\\n"',
  after: 'response.text = f"Your address is {request.remote_addr}\\n"',
} as const;

const EMPTY: PlanCounts = { add: 0, change: 0, destroy: 0 };

/** From one changed line to a new machine that answers. */
export async function tellImmutable(stage: Stage, narrator: Narrator): Promise<void> {
  await build(stage, narrator, 'immutable', 'iplz-image');
  await planned(stage, narrator, 'immutable', 'plan of the first deployment', {
    add: 14,
    change: 0,
    destroy: 0,
  });
  const first = await deployed(stage, narrator, 'immutable', 'deploy');
  await planned(stage, narrator, 'immutable', 'plan with nothing changed', EMPTY);

  await change(stage, narrator, 'immutable');
  await planned(stage, narrator, 'immutable', 'plan of the changed line', { add: 3, change: 1, destroy: 3 });
  const second = await deployed(stage, narrator, 'immutable', 'deploy the changed line');
  expectChanged(first.answer, second.answer);
  if (first.url === second.url)
    throw new StoryFailed(`a new machine must have a new address, got ${second.url} twice`);
}

/** From one changed line to the same machine with a new system. */
export async function tellLive(stage: Stage, narrator: Narrator): Promise<void> {
  stage.restore(LINE.file);
  await build(stage, narrator, 'live', 'bootstrap-image');
  await planned(stage, narrator, 'live', 'plan of the first deployment', { add: 15, change: 0, destroy: 0 });
  const first = await deployed(stage, narrator, 'live', 'deploy');
  await planned(stage, narrator, 'live', 'plan with nothing changed', EMPTY);

  await change(stage, narrator, 'live');
  await planned(stage, narrator, 'live', 'plan of the changed line', { add: 1, change: 0, destroy: 1 });
  const second = await deployed(stage, narrator, 'live', 'deploy the changed line');
  expectChanged(first.answer, second.answer);
  if (first.url !== second.url)
    throw new StoryFailed(`the machine must stay: ${first.url} became ${second.url}`);
}

async function build(stage: Stage, narrator: Narrator, stack: StackId, image: string): Promise<void> {
  await narrator.step(`build ${image} with nix`, stack, async () => {
    note(await stage.build(image));
    return undefined;
  });
}

async function change(stage: Stage, narrator: Narrator, stack: StackId): Promise<void> {
  await narrator.step(`change one line of ${LINE.file}`, stack, () => {
    stage.edit(LINE.file, LINE.before, LINE.after);
    note(`- ${LINE.before}`);
    note(`+ ${LINE.after}`);
    return Promise.resolve(undefined);
  });
}

async function planned(
  stage: Stage,
  narrator: Narrator,
  stack: StackId,
  name: string,
  expected: PlanCounts,
): Promise<void> {
  await narrator.step(name, stack, async () => {
    const plan = await stage.plan(stack);
    if (describe(plan) !== describe(expected)) {
      throw new StoryFailed(`${stack}: ${name}: got ${describe(plan)}, expected ${describe(expected)}`);
    }
    return { plan };
  });
}

async function deployed(
  stage: Stage,
  narrator: Narrator,
  stack: StackId,
  name: string,
): Promise<{ url: string; answer: string }> {
  let url = '';
  let answer = '';
  await narrator.step(name, stack, async () => {
    await stage.cdktf(stack, 'deploy', '--auto-approve');
    url = await stage.output(stack, 'url');
    answer = await stage.answer(url);
    note(`curl ${url}`);
    return { answer };
  });
  return { url, answer };
}

function expectChanged(first: string, second: string): void {
  if (first === second)
    throw new StoryFailed(`the changed line must change the answer, got twice: ${second}`);
}

/** The end of both stories. */
export async function destroyed(stage: Stage, narrator: Narrator, stack: StackId): Promise<void> {
  await narrator.step('destroy', stack, async () => {
    await stage.cdktf(stack, 'destroy', '--auto-approve');
    return undefined;
  });
}
