import { createHash, randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { start } from '../scenarios/processes';
import { filesWith } from '../scenarios/search';
import type { Workspace } from '../workspace';
import {
  EMPTY,
  expectContains,
  expectEqual,
  expectFailure,
  type StackScenario,
  ScenarioFailed,
} from './stack-scenario';

const HOSTS = {
  file: 'app/nix/hosts.nix',
  before: '  live = {\n    inherit iplz;\n',
  after:
    '  live = {\n    iplz = {\n      imports = [ iplz ];\n      services.iplz.greetingSecret = "greeting";\n    };\n',
} as const;

export const scenario: StackScenario = {
  name: 'secrets',
  stack: 'live',
  attachedProvider: true,
  summary:
    'a greeting that only its recipients and the machine can read: changed by its ciphertext alone, and in no state, plan, JSON, store or log',
  async run(runner) {
    const { workspace, reporter } = runner;
    const step = async (name: string, act: () => void | Promise<void>) =>
      reporter.step(name, 'live', async () => {
        await act();
        return undefined;
      });
    const [first, second] = [planted(), planted()] as const;

    await runner.build('bootstrap-image');
    await step('the system asks for a secret that is not there: refused at synth', async () => {
      workspace.edit(HOSTS.file, HOSTS.before, HOSTS.after);
      await expectFailure(workspace.cdktf('live', 'diff'), 'npm run secrets -- edit greeting');
    });
    await step('encrypt a greeting for the deployer', async () => {
      mkdirSync(join(workspace.directory, '.ssh'), { mode: 0o700 });
      cpSync(workspace.identity, join(workspace.directory, '.ssh/id_ed25519'));
      writeFileSync(join(workspace.project, 'secrets/recipients'), readFileSync(`${workspace.identity}.pub`));
      await encrypt(workspace, first);
    });
    const { url, answer } = await runner.deploy('deploy', { add: 14, change: 0, destroy: 0 });
    expectContains(answer, first);
    await runner.plan('plan with nothing changed', EMPTY, EMPTY);

    await step('change the greeting', async () => encrypt(workspace, second));
    await runner.plan('plan of the changed ciphertext', EMPTY, { add: 1, change: 0, destroy: 1 });
    writeFileSync(
      join(workspace.directory, 'plan.json'),
      await workspace.terraform('deployment', 'show', '-json', 'plan'),
    );
    expectContains((await runner.deploy('deploy the changed greeting')).answer, second);
    await step('reboot the machine', async () => {
      await workspace.reboot(await workspace.output('live', 'public_ip'));
      expectContains(await workspace.answer(url), second);
    });

    await step('search every file of the deployer, the cloud and the machine', () => {
      const hash = ciphertextHash(workspace);
      const shown = (text: string) => [...new Set(placesOf(text, workspace))].sort().join(' ');
      // That the search finds what is there: the hash of the ciphertext, in all that Terraform writes.
      const control = shown(hash);
      for (const place of [
        'cdktf.out/stacks/deployment/cdk.tf.json',
        'terraform.deployment.tfstate',
        'plan.json',
      ])
        expectContains(control, place);
      reporter.note(`the ciphertext's hash is in: ${control}`);
      expectEqual('places of the replaced greeting', shown(first), '');
      expectEqual('places of the greeting', shown(second), 'the machine:/var/lib/secrets/greeting');
    });
  },
  async end(runner) {
    await runner.destroy();
  },
};

const planted = () => `planted-${randomBytes(24).toString('hex')}`;

/** Encrypt with the project's own tool; the value comes by a file, as from an editor. */
async function encrypt(workspace: Workspace, value: string): Promise<void> {
  const draft = join('/dev/shm', `draft-${randomBytes(8).toString('hex')}`);
  writeFileSync(draft, value, { mode: 0o600 });
  const tool = join(workspace.project, 'secrets/secrets.sh');
  const env = { ...workspace.environment, VISUAL: `mv -f ${draft}` };
  const { status, stderr } = await start(tool, ['edit', 'greeting'], { env }).ended;
  if (status !== 0) throw new ScenarioFailed(`secrets edit ended with ${status}:\n${stderr}`);
}

const ciphertextHash = (workspace: Workspace) =>
  createHash('sha256')
    .update(readFileSync(join(workspace.project, 'secrets/greeting.age')))
    .digest('hex');

/**
 * Files with a text, of all that this deployer, its store, the cloud and its machines keep. Skipped is
 * what shows a greeting because iplz answered it: the log of curl.
 */
function placesOf(text: string, workspace: Workspace): readonly string[] {
  return filesWith(text, [workspace.directory, join(dirname(workspace.directory), 'cloud'), '/nix'])
    .filter((path) => !path.endsWith('/logs/curl.log'))
    .map((path) =>
      path
        .replace(`${workspace.directory}/`, '')
        .replace(/^.*\/root(?=\/var\/lib\/secrets\/)/, 'the machine:'),
    );
}
