import { CommandFailed } from '../console';
import { describe, type Narrator } from '../narrator';
import type { PlanCounts } from '../report';
import type { StackId, Stage } from '../stage';

/** A deployment told from its first plan to its end. */
export interface Story {
  /** The word after `--scenario`. */
  readonly name: string;
  /** The stack that it is about. */
  readonly stack: StackId;
  /** One sentence: what is asserted. */
  readonly summary: string;
  /** Throws when a promise is broken; leaves what it deployed. */
  readonly tell: (teller: Teller) => Promise<void>;
  /** Ends what `tell` left. */
  readonly end: (teller: Teller) => Promise<void>;
}

/** A plan or an answer that is not what the project promises. */
export class StoryFailed extends Error {}

export const EMPTY: PlanCounts = { add: 0, change: 0, destroy: 0 };

/** The one line of the application that the stories change, and what it becomes. */
export const LINE = {
  file: 'app/iplz.py',
  before: 'response.text = f"{request.remote_addr}\\n"',
  after: 'response.text = f"Your address is {request.remote_addr}\\n"',
} as const;

/** The steps that stories are made of, for one stack. */
export class Teller {
  constructor(
    readonly stage: Stage,
    readonly narrator: Narrator,
    readonly stack: StackId,
  ) {}

  async build(image: string): Promise<void> {
    await this.narrator.step(`build ${image} with nix`, this.stack, async () => {
      this.narrator.note(await this.stage.build(image));
      return undefined;
    });
  }

  async changeLine(): Promise<void> {
    await this.narrator.step(`change one line of ${LINE.file}`, this.stack, () => {
      this.stage.edit(LINE.file, LINE.before, LINE.after);
      this.narrator.note(`- ${LINE.before}`);
      this.narrator.note(`+ ${LINE.after}`);
      return Promise.resolve(undefined);
    });
  }

  async plan(name: string, expected: PlanCounts): Promise<void> {
    await this.narrator.step(name, this.stack, async () => {
      const plan = await this.stage.plan(this.stack);
      expectEqual(`${this.stack}: ${name}`, describe(plan), describe(expected));
      return { plan };
    });
  }

  async deploy(name: string): Promise<{ url: string; answer: string }> {
    let url = '';
    let answer = '';
    await this.narrator.step(name, this.stack, async () => {
      await this.stage.cdktf(this.stack, 'deploy', '--auto-approve');
      url = await this.stage.output(this.stack, 'url');
      answer = await this.stage.answer(url);
      this.narrator.note(`curl ${url}`);
      return { answer };
    });
    return { url, answer };
  }

  async destroy(): Promise<void> {
    await this.narrator.step('destroy', this.stack, async () => {
      await this.stage.cdktf(this.stack, 'destroy', '--auto-approve');
      return undefined;
    });
  }
}

export function expectEqual(what: string, got: string, expected: string): void {
  if (got !== expected) throw new StoryFailed(`${what}: got ${got}, expected ${expected}`);
}

export function expectDifferent(what: string, before: string, after: string): void {
  if (before === after) throw new StoryFailed(`${what}: must differ, got twice ${after}`);
}

/** The message of a command that has to fail, with this in it. */
export async function expectFailure(command: Promise<string>, reason: string): Promise<string> {
  try {
    await command;
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    expectContains(error.message, reason);
    return error.message;
  }
  throw new StoryFailed(`it must fail with ${JSON.stringify(reason)}`);
}

export function expectContains(text: string, part: string): void {
  if (!text.includes(part)) throw new StoryFailed(`${JSON.stringify(part)} must be in:\n${text}`);
}
