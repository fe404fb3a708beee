import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Workspace } from '../workspace';
import { expectContains, expectFailure, type StackScenario, ScenarioFailed } from './stack-scenario';

const BUCKET = 'iplz-state-rehearsal';
/** One resource stands for a deployment: it is there in a second, and its state is as good as any. */
const ROLE = 'aws_iam_role.vm_import_role';
/** What docs/state.md says of the end of the bucket. */
const PROTECTION = {
  file: 'constructs/state-bucket.ts',
  before: 'preventDestroy: true',
  after: 'preventDestroy: false',
} as const;
const LOCK_LIMIT_SECONDS = 600;

export const scenario: StackScenario = {
  name: 'state-in-s3',
  stack: 'immutable',
  attachedProvider: true,
  summary:
    'state moves to a bucket and back with nothing lost; a lock names its holder, a stale one is cleared',
  async run({ workspace, reporter }) {
    const step = async (name: string, act: () => Promise<void>) =>
      reporter.step(name, 'immutable', async () => {
        await act();
        return undefined;
      });

    await step('make one resource, its state in a local file', async () => {
      await workspace.cdktf('immutable', 'diff');
      await workspace.terraform('immutable', 'apply', '-auto-approve', `-target=${ROLE}`);
      await expectRole(workspace);
    });

    await step('a bucket that is not there: refused before anything is made', async () => {
      workspace.variables.STATE_BUCKET = BUCKET;
      await expectFailure(workspace.cdktf('immutable', 'diff', '--migrate-state'), 'does not exist');
    });

    await reporter.step('make the bucket', 'state', async () => {
      // It is this stack alone, whatever the environment says of others.
      workspace.variables.BOOTSTRAP_AMI = 'registry';
      await workspace.cdktf('state', 'deploy', '--auto-approve');
      delete workspace.variables.BOOTSTRAP_AMI;
      return undefined;
    });

    await step('move the state there; nothing is lost', async () => {
      // The move is from where the last run had it, and a run for another stack makes cdktf forget.
      delete workspace.variables.STATE_BUCKET;
      await workspace.cdktf('immutable', 'diff');
      workspace.variables.STATE_BUCKET = BUCKET;
      await workspace.cdktf('immutable', 'diff', '--migrate-state');
      await expectRole(workspace);
    });

    let message = '';
    await step('a second deployer learns who holds the lock, and since when', async () => {
      const holder = await holdLock(workspace);
      message = await expectFailure(workspace.cdktf('immutable', 'diff'), 'Error acquiring the state lock');
      for (const fact of ['Who:', 'Created:', 'ID:']) expectContains(message, fact);
      if (holder.pid !== undefined) process.kill(-holder.pid, 'SIGKILL');
    });

    await step('the holder has died: its lock is cleared by its id', async () => {
      const [, id] = /ID:\s+([0-9a-f-]{36})/.exec(message) ?? [];
      if (id === undefined) throw new ScenarioFailed(`no id of a lock in:\n${message}`);
      await workspace.terraform('immutable', 'force-unlock', '-force', id);
      await workspace.cdktf('immutable', 'diff');
    });

    await step('move the state back to a local file; nothing is lost', async () => {
      delete workspace.variables.STATE_BUCKET;
      await workspace.cdktf('immutable', 'diff', '--migrate-state');
      await expectRole(workspace);
      const file = join(workspace.project, 'terraform.immutable.tfstate');
      if (!existsSync(file)) throw new ScenarioFailed(`${file} must exist`);
      expectContains(readFileSync(file, 'utf8'), 'vm_import_role');
    });

    await step('Terraform destroys no bucket of states, and S3 none that holds any', async () => {
      // By Terraform's own command: cdktf drops what it has not read 200 ms after its Terraform has ended.
      const destroy = () => workspace.terraform('state', 'destroy', '-auto-approve');
      workspace.variables.STATE_BUCKET = BUCKET;
      await workspace.cdktf('state', 'diff');
      await expectFailure(destroy(), 'prevent_destroy set');
      workspace.edit(PROTECTION.file, PROTECTION.before, PROTECTION.after);
      await workspace.cdktf('state', 'diff');
      await expectFailure(destroy(), 'BucketNotEmpty');
      workspace.restore(PROTECTION.file);
      await workspace.cdktf('state', 'deploy', '--auto-approve');
      delete workspace.variables.STATE_BUCKET;
    });
  },
  async end(runner) {
    await runner.destroy();
    await runner.reporter.step('empty the bucket, destroy it', 'state', async () => {
      runner.workspace.variables.STATE_BUCKET = BUCKET;
      runner.workspace.edit(PROTECTION.file, PROTECTION.before, PROTECTION.after);
      await runner.workspace.emptyBucket(BUCKET);
      await runner.workspace.cdktf('state', 'destroy', '--auto-approve');
      return undefined;
    });
  },
};

async function expectRole(workspace: Workspace): Promise<void> {
  expectContains(await workspace.terraform('immutable', 'state', 'list'), ROLE);
}

/** An apply that waits for its approval, and holds the lock meanwhile. */
async function holdLock(workspace: Workspace): Promise<ChildProcess> {
  const holder = workspace.start('immutable', 'apply', `-target=${ROLE}`, '-replace', ROLE);
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => {
      reject(new ScenarioFailed(`apply did not ask for approval within ${LOCK_LIMIT_SECONDS} s`));
    }, LOCK_LIMIT_SECONDS * 1000);
    let said = '';
    holder.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (!said.includes('Enter a value')) return;
      clearTimeout(limit);
      resolve();
    });
  });
  return holder;
}
