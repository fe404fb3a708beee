import { createHash, randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { start } from '../scenarios/processes';
import { filesWith } from '../scenarios/search';
import type { Stage } from '../stage';
import { EMPTY, expectContains, expectEqual, expectFailure, type Story, StoryFailed } from './story';

const HOSTS = {
  file: 'nix/hosts.nix',
  before: './modules/bootstrap.nix\n    application\n',
  after: './modules/bootstrap.nix\n    application\n    { services.iplz.greetingSecret = "greeting"; }\n',
} as const;

export const story: Story = {
  name: 'secrets',
  stack: 'live',
  summary:
    'a greeting that only its recipients and the machine can read: changed by its ciphertext alone, and in no state, plan, JSON, store or log',
  async tell(teller) {
    const { stage, narrator } = teller;
    const step = async (name: string, act: () => void | Promise<void>) =>
      narrator.step(name, 'live', async () => {
        await act();
        return undefined;
      });
    const [first, second] = [planted(), planted()] as const;

    await teller.build('bootstrap-image');
    await step('the system asks for a secret that is not there: refused at synth', async () => {
      stage.edit(HOSTS.file, HOSTS.before, HOSTS.after);
      await expectFailure(stage.cdktf('live', 'diff'), 'npm run secrets -- edit greeting');
    });
    await step('encrypt a greeting for the deployer', async () => {
      mkdirSync(join(stage.directory, '.ssh'), { mode: 0o700 });
      cpSync(stage.identity, join(stage.directory, '.ssh/id_ed25519'));
      writeFileSync(join(stage.project, 'secrets/recipients'), readFileSync(`${stage.identity}.pub`));
      await encrypt(stage, first);
    });
    await teller.plan('plan of the first deployment', { add: 15, change: 0, destroy: 0 });
    const { url, answer } = await teller.deploy('deploy');
    expectContains(answer, first);
    await teller.plan('plan with nothing changed', EMPTY);

    await step('change the greeting', async () => encrypt(stage, second));
    await teller.plan('plan of the changed ciphertext', { add: 1, change: 0, destroy: 1 });
    writeFileSync(join(stage.directory, 'plan.json'), await stage.terraform('live', 'show', '-json', 'plan'));
    expectContains((await teller.deploy('deploy the changed greeting')).answer, second);
    await step('reboot the machine', async () => {
      await stage.reboot(await stage.output('live', 'public_ip'));
      expectContains(await stage.answer(url), second);
    });

    await step('search every file of the deployer, the cloud and the machine', () => {
      const hash = ciphertextHash(stage);
      const shown = (text: string) => [...new Set(placesOf(text, stage))].sort().join(' ');
      // That the search finds what is there: the hash of the ciphertext, in all that Terraform writes.
      const control = shown(hash);
      for (const place of ['cdktf.out/stacks/live/cdk.tf.json', 'terraform.live.tfstate', 'plan.json'])
        expectContains(control, place);
      narrator.note(`the ciphertext's hash is in: ${control}`);
      expectEqual('places of the replaced greeting', shown(first), '');
      expectEqual('places of the greeting', shown(second), 'the machine:/var/lib/secrets/greeting');
    });
  },
  async end(teller) {
    await teller.destroy();
  },
};

const planted = () => `planted-${randomBytes(24).toString('hex')}`;

/** Encrypt with the project's own tool; the value comes by a file, as from an editor. */
async function encrypt(stage: Stage, value: string): Promise<void> {
  const draft = join('/dev/shm', `draft-${randomBytes(8).toString('hex')}`);
  writeFileSync(draft, value, { mode: 0o600 });
  const tool = join(stage.project, 'secrets/secrets.sh');
  const env = { ...stage.environment, VISUAL: `mv -f ${draft}` };
  const { status, stderr } = await start(tool, ['edit', 'greeting'], { env }).ended;
  if (status !== 0) throw new StoryFailed(`secrets edit ended with ${status}:\n${stderr}`);
}

const ciphertextHash = (stage: Stage) =>
  createHash('sha256')
    .update(readFileSync(join(stage.project, 'secrets/greeting.age')))
    .digest('hex');

/**
 * Files with a text, of all that this deployer, its store, the cloud and its machines keep. Left out is
 * what shows a greeting because iplz answered it: the log of curl.
 */
function placesOf(text: string, stage: Stage): readonly string[] {
  return filesWith(text, [stage.directory, join(dirname(stage.directory), 'cloud'), '/nix'])
    .filter((path) => !path.endsWith('/logs/curl.log'))
    .map((path) =>
      path.replace(`${stage.directory}/`, '').replace(/^.*\/root(?=\/var\/lib\/secrets\/)/, 'the machine:'),
    );
}
