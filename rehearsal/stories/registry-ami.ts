import {
  EMPTY,
  expectContains,
  expectDifferent,
  expectEqual,
  expectFailure,
  type Story,
  StoryFailed,
} from './story';

/** All that such a deployment makes: no bucket, role, snapshot or AMI. */
const RESOURCES = [
  'aws_instance.host',
  'aws_key_pair.key_pair',
  'aws_security_group.security_group',
  'data.aws_ami.registry_image',
  'null_resource.nixos_deployment',
];
const NONE_FOUND = 'Your query returned no results';

export const story: Story = {
  name: 'registry-ami',
  stack: 'live',
  summary:
    'a machine from the official AMI, opened by a key pair; a newer AMI or another key leaves it alone',
  async tell(teller) {
    const { stage, narrator } = teller;
    const step = async (name: string, act: () => Promise<void>) =>
      narrator.step(name, 'live', async () => {
        await act();
        return undefined;
      });
    const offer = async (name: string) => {
      let id = '';
      await step(`${name} is offered`, async () => {
        id = await stage.offerRegistryImage(name);
        narrator.note(id);
      });
      return id;
    };

    stage.variables.BOOTSTRAP_AMI = 'registry';
    await step('a release that is not offered: refused at plan', async () => {
      await expectFailure(stage.cdktf('live', 'diff'), NONE_FOUND);
    });

    const ami = await offer('nixos/26.05.1.aaaaaaa-x86_64-linux');
    stage.variables.BOOTSTRAP_AMI = await offer('nixos/26.05.1.aaaaaaa-aarch64-linux');
    await step('an AMI of another architecture: refused at plan', async () => {
      await expectFailure(stage.cdktf('live', 'diff'), NONE_FOUND);
    });

    stage.variables.BOOTSTRAP_AMI = 'registry';
    await teller.plan('plan of the first deployment', { add: 4, change: 0, destroy: 0 });
    const first = await teller.deploy('deploy');
    await step('nothing but what it needs was made', async () => {
      const resources = (await stage.terraform('live', 'state', 'list')).trim().split('\n');
      expectEqual('resources', resources.sort().join(' '), RESOURCES.join(' '));
    });
    await teller.plan('plan with nothing changed', EMPTY);

    await offer('nixos/26.05.2.bbbbbbb-x86_64-linux');
    await teller.plan('plan with a newer AMI', EMPTY);

    await teller.changeLine();
    await teller.plan('plan of the changed line', { add: 1, change: 0, destroy: 1 });
    const second = await teller.deploy('deploy the changed line');
    expectDifferent('the answer', first.answer, second.answer);
    expectEqual('the address', second.url, first.url);
    await step('the machine still runs from the AMI that it was made of', async () => {
      const state = await stage.terraform('live', 'state', 'show', 'aws_instance.host');
      expectContains(state, ami);
    });

    const untouched = async () => {
      const changes = await stage.terraform('live', 'show', '-no-color', 'plan');
      if (/aws_instance\.host (will|must)/.test(changes))
        throw new StoryFailed(`the machine must be left alone:\n${changes}`);
    };
    stage.edit('nix/authorized-keys', 'rehearsal', 'someone-else');
    await teller.plan('plan of another first key', { add: 2, change: 0, destroy: 2 });
    await step('a new key pair for machines to come, a deployment, and the same machine', untouched);

    delete stage.variables.BOOTSTRAP_AMI;
    await step('plan of an own image in place of the AMI: the same machine', async () => {
      await stage.cdktf('live', 'diff');
      await untouched();
    });
  },
  async end(teller) {
    await teller.destroy();
  },
};
