import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Stage } from '../stage';
import { expectContains, expectFailure, type Story, StoryFailed } from './story';

const BUCKET = 'iplz-state-rehearsal';
/** One resource stands for a deployment: it is there in a second, and its state is as good as any. */
const ROLE = 'aws_iam_role.vm_import_role';
const LOCK_LIMIT_SECONDS = 60;

export const story: Story = {
  name: 'state-in-s3',
  stack: 'immutable',
  summary:
    'state moves to a bucket and back with nothing lost; a lock names its holder, a stale one is cleared',
  async tell({ stage, narrator }) {
    const step = async (name: string, act: () => Promise<void>) =>
      narrator.step(name, 'immutable', async () => {
        await act();
        return undefined;
      });

    await step('make one resource, its state in a local file', async () => {
      await stage.cdktf('immutable', 'diff');
      await stage.terraform('immutable', 'apply', '-auto-approve', `-target=${ROLE}`);
      await expectRole(stage);
    });

    await step('a bucket that is not there: refused before anything is made', async () => {
      stage.variables.STATE_BUCKET = BUCKET;
      await expectFailure(stage.cdktf('immutable', 'diff', '--migrate-state'), BUCKET);
    });

    await narrator.step('make the bucket', 'state', async () => {
      await stage.cdktf('state', 'deploy', '--auto-approve');
      return undefined;
    });

    await step('move the state there; nothing is lost', async () => {
      // The move is from where the last run had it, and a run for another stack makes cdktf forget.
      delete stage.variables.STATE_BUCKET;
      await stage.cdktf('immutable', 'diff');
      stage.variables.STATE_BUCKET = BUCKET;
      await stage.cdktf('immutable', 'diff', '--migrate-state');
      await expectRole(stage);
    });

    await step('a second deployer is told who holds the lock, and since when', async () => {
      const holder = await holdLock(stage);
      const message = await expectFailure(stage.cdktf('immutable', 'diff'), 'Error acquiring the state lock');
      for (const fact of ['Who:', 'Created:', 'ID:']) expectContains(message, fact);
      if (holder.pid !== undefined) process.kill(-holder.pid, 'SIGKILL');
    });

    await step('the holder has died: its lock is cleared by its id', async () => {
      const message = await expectFailure(stage.cdktf('immutable', 'diff'), 'Error acquiring the state lock');
      const [, id] = /ID:\s+([0-9a-f-]{36})/.exec(message) ?? [];
      if (id === undefined) throw new StoryFailed(`no id of a lock in:\n${message}`);
      await stage.terraform('immutable', 'force-unlock', '-force', id);
      await stage.cdktf('immutable', 'diff');
    });

    await step('the bucket cannot be deleted while it holds state', async () => {
      await expectFailure(stage.cdktf('state', 'destroy', '--auto-approve'), 'BucketNotEmpty');
      await stage.cdktf('state', 'deploy', '--auto-approve');
    });

    await step('move the state back to a local file; nothing is lost', async () => {
      await stage.cdktf('immutable', 'diff');
      delete stage.variables.STATE_BUCKET;
      await stage.cdktf('immutable', 'diff', '--migrate-state');
      await expectRole(stage);
      const file = join(stage.project, 'terraform.immutable.tfstate');
      if (!existsSync(file)) throw new StoryFailed(`${file} must exist`);
      expectContains(readFileSync(file, 'utf8'), 'vm_import_role');
    });
  },
  async end(teller) {
    await teller.destroy();
    await teller.narrator.step('empty the bucket, destroy it', 'state', async () => {
      teller.stage.variables.STATE_BUCKET = BUCKET;
      await teller.stage.emptyBucket(BUCKET);
      await teller.stage.cdktf('state', 'destroy', '--auto-approve');
      return undefined;
    });
  },
};

async function expectRole(stage: Stage): Promise<void> {
  expectContains(await stage.terraform('immutable', 'state', 'list'), ROLE);
}

/** An apply that waits for its approval, and holds the lock meanwhile. */
async function holdLock(stage: Stage): Promise<ChildProcess> {
  const holder = stage.start('immutable', 'apply', `-target=${ROLE}`, '-replace', ROLE);
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => {
      reject(new StoryFailed(`apply did not ask for approval within ${LOCK_LIMIT_SECONDS} s`));
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
