import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe } from '../reporter';
import type { PlanCounts } from '../report';
import type { Workspace } from '../workspace';
import {
  EMPTY,
  expectContains,
  expectDifferent,
  expectEqual,
  expectFailure,
  ScenarioFailed,
  type StackScenario,
  type StackScenarioRunner,
} from './stack-scenario';

/** What is the same for an image of the application and for a bootstrap image. */
interface Stack {
  readonly id: 'immutable' | 'live';
  /** The image as an output of the flake, and its variable. */
  readonly image: string;
  readonly variable: string;
  /** What another image plans, and what is left of it once it is uploaded. */
  readonly whole: PlanCounts;
  readonly uploaded: PlanCounts;
  /** Make the next image another one. */
  readonly change: (runner: StackScenarioRunner) => Promise<void>;
  /** What the stack answers after it was deployed, against what it answered before. */
  readonly compare: (before: string, after: string) => void;
}

/** A second image whose upload fails, whose import is refused, whose import is interrupted: it stays planned until it is deployed. */
function imageNotDeployed(stack: Stack): StackScenario {
  const { id, whole, uploaded } = stack;
  return {
    name: `${id}-image-not-deployed`,
    stack: id,
    ownCloud: true,
    attachedProvider: true,
    summary: `a second ${stack.image} whose upload fails, whose import is refused or interrupted: the next plan still has it, what EC2 made regardless is named`,
    async run(runner) {
      const { workspace, reporter } = runner;
      const step = async (name: string, act: () => Promise<PlanCounts | undefined>) =>
        reporter.step(name, id, async () => {
          const plan = await act();
          return plan && { plan };
        });
      const planned = async (expected: PlanCounts) => {
        const plan = await workspace.replan(id);
        expectEqual(`${id}: the next plan`, describe(plan), describe(expected));
        return plan;
      };
      const apply = () => workspace.terraform(id, 'apply', '-input=false', 'plan');

      const first = await runner.deploy('deploy the first image');
      const bad = join(workspace.directory, 'not-an-image.vhd');
      writeFileSync(bad, Buffer.alloc(2 ** 20));
      await step('a second image that the import refuses', async () => {
        const variables = { NIX_SYSTEM: 'x86_64-linux', [stack.variable]: bad };
        const printed = await workspace.cdktfInShell(variables, 'diff', id);
        expectEqual('the plan', describe(await workspace.planCounts(id, printed)), describe(whole));
        await expectFailure(apply(), 'Unsupported VHD File Format');
        return planned(uploaded);
      });

      await stack.change(runner);
      const image = await workspace.build(stack.image);
      await runner.plan('plan of another image', whole);
      await step('its upload fails', async () => {
        renameSync(image, `${image}.away`);
        await expectFailure(apply(), 'no such file or directory');
        renameSync(`${image}.away`, image);
        return planned(whole);
      });
      let printed = '';
      await step('its import is interrupted: still to do', async () => {
        await workspace.detachProvider(); // or it would not be interrupted
        printed = await interruptImport(workspace, id);
        return planned(uploaded);
      });
      await step('what EC2 imported regardless is named, and removed as it says', async () => {
        const [line, command] =
          /snap-[0-9a-f]+, which import-snap-[0-9a-f]+ made: aws (ec2 delete-snapshot --snapshot-id snap-[0-9a-f]+)/.exec(
            printed,
          ) ?? [];
        if (line === undefined || command === undefined)
          throw new ScenarioFailed(`a snapshot must be named in:\n${printed}`);
        reporter.note(line);
        expectContains(await workspace.leakedImports(id), line);
        writeStackOfAnother(workspace, id);
        expectEqual('what is named of another project', await workspace.leakedImports(id, 'another'), '');
        await workspace.aws(...command.split(' '));
        expectEqual('what is named then', await workspace.leakedImports(id), '');
        return undefined;
      });

      const second = await runner.deploy('deploy it');
      stack.compare(first.answer, second.answer);
      await runner.plan('plan with nothing changed', EMPTY);
    },
    async end(runner) {
      await runner.destroy();
    },
  };
}

/** In the folder `another`, what tells leaked-imports.sh whose stack it is. */
function writeStackOfAnother(workspace: Workspace, stack: Stack['id']): void {
  const folder = join(workspace.project, 'another/stacks', stack);
  mkdirSync(folder, { recursive: true });
  const provider = { aws: [{ default_tags: [{ tags: { project: 'another', stack } }] }] };
  writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify({ provider }));
}

/** Deploy and interrupt it as Ctrl-C does, as soon as EC2 imports; returns what was printed. */
async function interruptImport(workspace: Workspace, stack: Stack['id']): Promise<string> {
  const imported = workspace.nextImport();
  const deployment = workspace.startCdktf(stack, 'deploy', '--auto-approve');
  let printed = '';
  for (const stream of [deployment.stdout, deployment.stderr])
    stream.on('data', (text: Buffer) => (printed += text.toString()));
  const ended = new Promise<number | null>((resolve) => deployment.once('close', resolve));

  await Promise.race([
    imported,
    ended.then((status) => {
      throw new ScenarioFailed(`it ended with ${status} before anything was imported:\n${printed}`);
    }),
  ]);
  if (deployment.pid !== undefined) process.kill(-deployment.pid, 'SIGINT');
  const status = await ended;
  if (status === 0) throw new ScenarioFailed(`a deployment that is interrupted must fail:\n${printed}`);
  return printed;
}

const immutable = imageNotDeployed({
  id: 'immutable',
  image: 'iplz-image',
  variable: 'IMAGE_PATH',
  whole: { add: 3, change: 1, destroy: 3 },
  uploaded: { add: 3, change: 0, destroy: 3 },
  change: (runner) => runner.changeLine(),
  compare: (before, after) => {
    expectDifferent('the answer', before, after);
  },
});

const live = imageNotDeployed({
  id: 'live',
  image: 'bootstrap-image',
  variable: 'BOOTSTRAP_IMAGE_PATH',
  whole: { add: 2, change: 1, destroy: 2 },
  uploaded: { add: 2, change: 0, destroy: 2 },
  change: ({ workspace }) => {
    workspace.bumpBootstrapNixpkgs();
    return Promise.resolve();
  },
  compare: (before, after) => {
    expectEqual('the answer of the instance, which is the same', after, before);
  },
});

export const scenarios: readonly StackScenario[] = [immutable, live];
