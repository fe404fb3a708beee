import { CommandFailed } from '../run-command';
import { describe, type Reporter } from '../reporter';
import { printedCounts } from '../printed-counts';
import type { PlanCounts } from '../report';
import type { StackId, Workspace } from '../workspace';

/** A deployment from its first plan to its end. */
export interface StackScenario {
  /** The word after `--scenario`. */
  readonly name: string;
  /** The stack that it is about. */
  readonly stack: StackId;
  /**
   * It looks at or alters what the whole account has, so no other may deploy to the same cloud.
   * @default false
   */
  readonly ownCloud?: boolean;
  /**
   * All its commands of Terraform have one AWS provider, which none of them starts. To be detached before one is
   * interrupted: the provider would go on.
   * @default false
   */
  readonly attachedProvider?: boolean;
  /** One sentence: what is asserted. */
  readonly summary: string;
  /** Throws when a promise is broken; leaves what it deployed. */
  readonly run: (runner: StackScenarioRunner) => Promise<void>;
  /** Ends what `run` left. */
  readonly end: (runner: StackScenarioRunner) => Promise<void>;
}

/** A plan or an answer that is not what the project promises. */
export class ScenarioFailed extends Error {}

export const EMPTY: PlanCounts = { add: 0, change: 0, destroy: 0 };

/** The one line of the application that the scenarios change, and what it becomes. */
export const LINE: LineChange = {
  file: 'app/iplz.py',
  before: 'response.text = f"{request.remote_addr}\\n"',
  after: 'response.text = f"Your address is {request.remote_addr}\\n"',
};

/** How long a new instance has to answer, in seconds, cut short. */
const HEALTH_LIMIT: LineChange = {
  file: 'constructs/nixos-host.ts',
  before: 'healthTimeout ?? 300',
  after: 'healthTimeout ?? 10',
};

/** A text of the project that becomes another one; it is in its file once. */
export interface LineChange {
  /** Seen from the project's folder. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** The steps that stack scenarios are made of, for one stack. */
export class StackScenarioRunner {
  constructor(
    readonly workspace: Workspace,
    readonly reporter: Reporter,
    readonly stack: StackId,
  ) {}

  async build(image: string): Promise<void> {
    await this.reporter.step(`build ${image} with nix`, this.stack, async () => {
      this.reporter.note(await this.workspace.build(image));
      return undefined;
    });
  }

  async changeLine({ file, before, after } = LINE): Promise<void> {
    await this.reporter.step(`change one line of ${file}`, this.stack, () => {
      this.workspace.edit(file, before, after);
      this.reporter.note(`- ${before}`);
      this.reporter.note(`+ ${after}`);
      return Promise.resolve(undefined);
    });
  }

  /** Plan the stack, and where that is expected the deployment which its command plans after it. */
  async plan(name: string, expected: PlanCounts, deployment?: PlanCounts): Promise<void> {
    const step = (stack: StackId, counts: PlanCounts, act: () => Promise<PlanCounts>) =>
      this.reporter.step(
        name,
        stack,
        async () => {
          const plan = await act();
          expectEqual(`${stack}: ${name}`, describe(plan), describe(counts));
          return { plan };
        },
        deployment && `${name}: ${stack}`,
      );
    let printed = '';
    await step(this.stack, expected, async () => {
      printed = await this.workspace.cdktf(this.stack, 'diff');
      return this.workspace.planCounts(this.stack, printed);
    });
    if (deployment)
      await step('deployment', deployment, () => this.workspace.planCounts('deployment', printed));
  }

  /** Plan the stack, whatever its plan counts. */
  async look(name: string): Promise<void> {
    await this.reporter.step(name, this.stack, async () => ({ plan: await this.workspace.plan(this.stack) }));
  }

  /** Deploy, and where that is expected demand what the plan counts that it prints first. */
  async deploy(name: string, expected?: PlanCounts): Promise<{ url: string; answer: string }> {
    let url = '';
    let answer = '';
    await this.reporter.step(name, this.stack, async () => {
      const printed = await this.workspace.cdktf(this.stack, 'deploy', '--auto-approve');
      if (expected) {
        const plan = printedCounts(this.stack, printed);
        expectEqual(`${name}: the plan`, plan ? describe(plan) : printed, describe(expected));
      }
      url = await this.workspace.output(this.stack, 'url');
      answer = await this.workspace.answer(url);
      this.reporter.note(`curl ${url}`);
      return { answer, ...(expected && { plan: expected }) };
    });
    return { url, answer };
  }

  /** Deploy an application that does not answer: that fails, and the instance that there is serves on. */
  async deployUnhealthy(before: { readonly url: string; readonly answer: string }): Promise<void> {
    const { workspace, stack } = this;
    workspace.edit(HEALTH_LIMIT.file, HEALTH_LIMIT.before, HEALTH_LIMIT.after);
    workspace.edit(LINE.file, LINE.before, 'raise SystemExit(1)');
    await this.reporter.step('deploy an application that does not answer', stack, async () => {
      const reason = 'local-exec provisioner error';
      await expectFailure(workspace.cdktf(stack, 'deploy', '--auto-approve'), reason);
      expectEqual('the answer of the old instance', await workspace.answer(before.url), before.answer);
      return undefined;
    });
    workspace.restore(HEALTH_LIMIT.file);
    workspace.restore(LINE.file);
  }

  async destroy(): Promise<void> {
    await this.reporter.step('destroy', this.stack, async () => {
      await this.workspace.cdktf(this.stack, 'destroy', '--auto-approve');
      return undefined;
    });
  }
}

export function expectEqual(what: string, got: string, expected: string): void {
  if (got !== expected) throw new ScenarioFailed(`${what}: got ${got}, expected ${expected}`);
}

export function expectDifferent(what: string, before: string, after: string): void {
  if (before === after) throw new ScenarioFailed(`${what}: must differ, got twice ${after}`);
}

/** What a command printed that has to fail, with this in it. */
export async function expectFailure(command: Promise<string>, reason: string): Promise<string> {
  try {
    await command;
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    expectContains(error.output, reason);
    return error.output;
  }
  throw new ScenarioFailed(`it must fail with ${JSON.stringify(reason)}`);
}

export function expectContains(text: string, part: string): void {
  if (!text.includes(part)) throw new ScenarioFailed(`${JSON.stringify(part)} must be in:\n${text}`);
}
